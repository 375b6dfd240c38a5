/**
 * The ledger: one row per batch or file that landed. It is the work list of staging, the proof of reconciliation and
 * the source of the live numbers. A row is a pure function of its input (promise 3), so writing it twice is harmless.
 */

export const OBJECT_KINDS = ['raw', 'duplicates', 'quarantine'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** Where rows of the ledger come from; each has a raw table of its own, `raw_<source>`. */
export const LEDGER_SOURCES = [
  'events',
  'fakestore_products',
  'fakestore_users',
  'fakestore_carts',
  'file_events',
  'file_orders',
  'file_order_lines',
] as const;
export type LedgerSource = (typeof LEDGER_SOURCES)[number];

/**
 * How the records of a row came: by the stream (or again from its failure destination), out of quarantine after a fix
 * or for want of another copy (`replay`), or out of duplicates whose claim holder never landed (`reinstate`).
 */
export const LEDGER_ORIGINS = ['stream', 'replay', 'reinstate'] as const;
export type LedgerOrigin = (typeof LEDGER_ORIGINS)[number];

export interface LedgerObject {
  readonly kind: ObjectKind;
  /** Key in the object store, `raw/events/ingest_date=2026-01-31/ingest_hour=10/<name>.ndjson.gz`. */
  readonly key: string;
  readonly ingestDate: string;
  readonly ingestHour: string;
  /** SHA-256 of the uncompressed body, hex. */
  readonly sha256: string;
  readonly records: number;
  /** Bytes as stored (compressed). */
  readonly sizeBytes: number;
  /** SHA-256 of the bytes as stored, hex; empty in rows of before it was kept. */
  readonly storedSha256: string;
}

export interface LedgerRow {
  /**
   * From the input's identity: `<source>/<shard>/<first>-<last>-<count>-<digest16>`, `<source>/<slot>-<digest16>`, or of
   * a file `<source>/<SHA-256 of its bytes>`.
   */
  readonly ledgerId: string;
  readonly source: LedgerSource;
  readonly origin: LedgerOrigin;
  /** Key of the quarantine or duplicates object whose records a recovery brought back; null for the stream's own. */
  readonly recoveredFrom: string | null;
  /** Of a file `file-<digest16>`, its sequences being line numbers; empty for an API, as are the sequences. */
  readonly shardId: string;
  readonly firstSequence: string;
  readonly lastSequence: string;
  readonly objects: readonly LedgerObject[];
  readonly received: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly quarantined: number;
  /** Quarantined records by reason. */
  readonly quarantineReasons: Readonly<Record<string, number>>;
  /** Accepted records that no claim stands behind, since the claim store did not answer. */
  readonly dedupBypassed: number;
  /** Over accepted events, ISO with six places; null when none was accepted. */
  readonly minEventTime: string | null;
  readonly maxEventTime: string | null;
  /** Over all records, ISO with three places. */
  readonly minArrivalTime: string;
  readonly maxArrivalTime: string;
  /** Distinct event dates of accepted events, ascending. */
  readonly eventDates: readonly string[];
  /** Accepted events: event_type -> minute of the event (`2026-01-31T10:15Z`) -> count. */
  readonly countsByTypeAndMinute: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Accepted purchase events (repeated orders are folded only in staging). */
  readonly orders: number;
  /** Gross of accepted purchase events by currency, decimal text with four places. */
  readonly revenueByCurrency: Readonly<Record<string, string>>;
  /** Mergeable sketch of distinct sessions, see session-sketch.ts. */
  readonly sessionSketch: string;
  /** Of a file: its name without folders, as it was first or (in a row that holds nothing) again brought. */
  readonly fileName?: string | undefined;
}

/** A row as the ledger stores it: with the run that staged it, or null. */
export interface StoredLedgerRow extends LedgerRow {
  readonly stagedBy: string | null;
}

/** Per shard: the last sequence up to which everything has landed. */
export interface Checkpoint {
  readonly source: LedgerSource;
  readonly shardId: string;
  readonly sequence: string;
  readonly arrivalTimeMs: number;
}

/** Sequence numbers are decimal integers of any length, without leading zeros: longer is greater. */
export function compareSequences(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
