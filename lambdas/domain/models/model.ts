/** What a file under athena/ declares. One model = one file = one table. */

export const SEVERITIES = ['error', 'warn'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What the values of a column promise beside their type; nulls are asked of `not_null` alone. `unique`: no other row has
 * the value. `in`: it is one of these. `references`: some row of the table has it in that column.
 */
export type ColumnTest =
  | { readonly kind: 'unique'; readonly severity: Severity }
  | { readonly kind: 'in'; readonly severity: Severity; readonly values: readonly string[] }
  | {
      readonly kind: 'references';
      readonly severity: Severity;
      readonly table: string;
      readonly column: string;
    };

export interface Column {
  readonly name: string;
  /** As Trino spells it: `varchar`, `bigint`, `decimal(18,4)`, `timestamp(6)`, ... */
  readonly type: string;
  readonly isNullable: boolean;
  readonly meaning: string;
  /** Absent: none. */
  readonly tests?: readonly ColumnTest[];
}

export type Partition =
  | { readonly kind: 'none' }
  /** One partition per value of a date column. */
  | { readonly kind: 'date'; readonly column: string }
  /** One partition per calendar month of a date column. */
  | { readonly kind: 'month'; readonly column: string };

/**
 * By what an incremental run finds the rows of a table to compute again. `all`: the whole table, once anything that it
 * reads has changed. `keys`: whole groups of rows with equal values in `columns`, those that stand in `touched`.
 */
export type Slice =
  | { readonly kind: 'all' }
  | { readonly kind: 'keys'; readonly columns: readonly string[]; readonly touched: string };

/** An input of which an incremental run reads only the rows that concern what is touched; a full run reads all. */
export interface Restriction {
  readonly input: string;
  /** Columns of the input and the columns of `touched` that they must equal; empty: only `within` restricts. */
  readonly on: readonly { readonly column: string; readonly key: string }[];
  /** Date column of the input that lies in a range first_date .. last_date of `touched`. */
  readonly within: string | null;
  readonly touched: string;
}

/** A table that is read as the last run left it; a full run reads it as empty, and an edge of the build order it is not. */
export interface Standing {
  readonly name: string;
  readonly columns: readonly Column[];
}

interface Declared {
  readonly name: string;
  /** Relative to athena/, for messages and for the zone: `curated/fct_orders.sql`. */
  readonly file: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
  readonly inputs: readonly string[];
  readonly restrictions: readonly Restriction[];
  readonly standing: readonly Standing[];
}

/** A table that the runner builds from its SELECT. */
export interface TableModel extends Declared {
  readonly kind: 'table';
  readonly grain: string;
  readonly key: readonly string[];
  readonly partition: Partition;
  readonly slice: Slice;
  /** Kept from run to run for other models alone: it is in no published build. */
  readonly isState: boolean;
  readonly body: string;
}

/** A table of one run, rebuilt in each and dropped at its end. */
export interface ScratchModel extends Declared {
  readonly kind: 'scratch';
  readonly grain: string;
  /** A set of keys that a run touches, which only an incremental run builds; it may read `<table>_changes`. */
  readonly isTouched: boolean;
  /** A view: its SELECT runs in each reader, and nothing is kept. */
  readonly isView: boolean;
  readonly body: string;
}

export const SOURCE_ORIGINS = ['rows', 'objects', 'select', 'history'] as const;
export type SourceOrigin = (typeof SOURCE_ORIGINS)[number];

/**
 * A table that the runner does not build: rows it loads, objects it reads, a SELECT that may have a text per dialect,
 * or a history that runs add to.
 */
export interface SourceModel extends Declared {
  readonly kind: 'source';
  readonly grain: string;
  readonly origin: SourceOrigin;
  /** Of `objects`: an incremental run reads only those of ledger rows that no run has staged. */
  readonly isReadOnce: boolean;
  /** Only for `select`. */
  readonly bodies: { readonly duckdb: string; readonly trino: string } | null;
}

export type Model = TableModel | ScratchModel | SourceModel;

/** A query that returns the bad rows. */
export interface Check {
  readonly name: string;
  readonly file: string;
  readonly meaning: string;
  readonly severity: Severity;
  readonly inputs: readonly string[];
  readonly restrictions: readonly Restriction[];
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
