/** An event as a producer sends it. */
export type SentEvent = Readonly<Record<string, unknown>>;

/** A record of a shard: sequences rise with the time of arrival. */
export interface ShardRecord {
  readonly shardId: string;
  readonly sequence: string;
  readonly arrivalMs: number;
  readonly event: SentEvent;
}

export interface StoreProduct {
  readonly id: number;
  readonly title: string;
  readonly category: string;
  /** As the API sends it. */
  readonly price: number;
}

export interface StoreCart {
  readonly id: number;
  readonly userId: number;
  readonly date: string;
  readonly products: readonly { readonly productId: number; readonly quantity: number }[];
}

/** What the store API answers at one slot. */
export interface StoreSnapshot {
  /** ISO with milliseconds. */
  readonly slot: string;
  readonly products: readonly StoreProduct[];
  readonly users: readonly { readonly id: number; readonly email: string }[];
  readonly carts: readonly StoreCart[];
}

/** Events of another system, a line each. */
export interface EventFile {
  readonly name: string;
  readonly slot: string;
  readonly events: readonly SentEvent[];
}

/** What happens to a lake, one after the other. */
export type HistoryStep =
  /** The consumer lands a batch of one shard. */
  | { readonly kind: 'land'; readonly records: readonly ShardRecord[] }
  | { readonly kind: 'snapshot'; readonly snapshot: StoreSnapshot }
  | { readonly kind: 'file'; readonly file: EventFile }
  /** `oldestWaitingMs`: arrival of the oldest record that still waits in a shard; null: none. */
  | { readonly kind: 'run'; readonly oldestWaitingMs: number | null }
  /** Every table anew from raw, beside the live ones. */
  | { readonly kind: 'rebuild'; readonly oldestWaitingMs: number | null }
  /** A backfill of the dates, both inclusive. */
  | {
      readonly kind: 'backfill';
      readonly from: string;
      readonly to: string;
      readonly oldestWaitingMs: number | null;
    };

export interface History {
  readonly seed: number;
  readonly number: number;
  readonly steps: readonly HistoryStep[];
  /** Names of what it holds of the edges. */
  readonly edges: ReadonlySet<string>;
  /** Without whatever may change a final row (tables.md §3), so that the law "final stays" holds. */
  readonly isCalm: boolean;
  readonly customers: number;
  readonly events: number;
}
