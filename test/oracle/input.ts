/** What a lake was given. Times are microseconds since 1970, exact. */
export interface OracleInput {
  /** Every well-formed copy of every event, of the stream and of files; not each lies in the time that is accepted. */
  readonly copies: readonly EventCopy[];
  /** What the store API answered, in the order of the slots. */
  readonly snapshots: readonly StoreAnswer[];
  readonly allowedLatenessUs: number;
  /** What backfills have let in. */
  readonly admissions: readonly AdmittedDates[];
  /** Null before the first run. */
  readonly watermarkUs: number | null;
  /** Null while there is no purchase. */
  readonly reportingCurrency: string | null;
  readonly funnels: readonly FunnelRule[];
}

export interface EventCopy {
  readonly arrivalUs: number;
  readonly shardId: string;
  readonly sequence: bigint;
  readonly index: number;
  /** Files are admitted whatever their age. */
  readonly isOfFile: boolean;
  /** The JSON object as it was sent. */
  readonly sent: Readonly<Record<string, unknown>>;
}

export interface StoreAnswer {
  readonly slotUs: number;
  readonly products: readonly {
    readonly id: number;
    readonly title: string;
    readonly category: string;
    readonly price: number;
  }[];
  readonly users: readonly { readonly id: number; readonly emailHash: string }[];
  readonly carts: readonly {
    readonly id: number;
    readonly userId: number;
    readonly date: string;
    readonly products: readonly { readonly productId: number; readonly quantity: number }[];
  }[];
}

export interface AdmittedDates {
  /** First and last event date, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly arrivedUntilUs: number;
}

export interface FunnelRule {
  readonly name: string;
  readonly mode: 'ordered' | 'strict' | 'any';
  readonly steps: readonly string[];
  readonly customerWindowDays: number;
  readonly exclusions?: readonly {
    readonly eventType: string;
    /** Numbers of the steps from which on and until which it counts. */
    readonly afterStep: number;
    readonly beforeStep: number;
  }[];
}
