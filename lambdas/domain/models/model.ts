/** What a file under athena/ declares. One model = one file = one table. */

export interface Column {
  readonly name: string;
  /** As Trino spells it: `varchar`, `bigint`, `decimal(18,4)`, `timestamp(6)`, ... */
  readonly type: string;
  readonly isNullable: boolean;
  readonly meaning: string;
}

export type Partition =
  | { readonly kind: 'none' }
  /** One partition per value of a date column. */
  | { readonly kind: 'date'; readonly column: string }
  /** One partition per calendar month of a date column. */
  | { readonly kind: 'month'; readonly column: string };

export const SLICES = ['dates', 'sessions', 'orders', 'customers', 'products', 'months', 'all'] as const;
export type Slice = (typeof SLICES)[number];

interface Declared {
  readonly name: string;
  /** Relative to athena/, for messages and for the zone: `curated/fct_orders.sql`. */
  readonly file: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
  readonly inputs: readonly string[];
}

/** A table that the runner builds from its SELECT. */
export interface TableModel extends Declared {
  readonly kind: 'table';
  readonly grain: string;
  readonly key: readonly string[];
  readonly partition: Partition;
  readonly slices: readonly Slice[];
  /** Days before and after a touched date that a new row can change. */
  readonly reachDays: { readonly before: number; readonly after: number };
  readonly body: string;
}

/** A table of one run, rebuilt in each and dropped at its end. */
export interface ScratchModel extends Declared {
  readonly kind: 'scratch';
  readonly grain: string;
  readonly body: string;
}

export const SOURCE_ORIGINS = ['rows', 'objects', 'select'] as const;
export type SourceOrigin = (typeof SOURCE_ORIGINS)[number];

/** A table that the runner does not build: rows it loads, objects it reads, or a SELECT with one text per dialect. */
export interface SourceModel extends Declared {
  readonly kind: 'source';
  readonly grain: string;
  readonly origin: SourceOrigin;
  /** Only for `select`. */
  readonly bodies: { readonly duckdb: string; readonly trino: string } | null;
}

export type Model = TableModel | ScratchModel | SourceModel;

export const SEVERITIES = ['error', 'warn'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A query that returns the bad rows. */
export interface Check {
  readonly name: string;
  readonly file: string;
  readonly meaning: string;
  readonly severity: Severity;
  readonly inputs: readonly string[];
  readonly body: string;
}

/** Everything under athena/: models in build order. */
export interface ModelLibrary {
  readonly models: readonly Model[];
  readonly checks: readonly Check[];
}

export interface SqlFile {
  readonly file: string;
  readonly text: string;
}

/** A file under athena/ says something that cannot be; the message names file and line. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly file: string;

  constructor(file: string, message: string) {
    super(`athena/${file}: ${message}`);
    this.file = file;
  }
}
