import type { LedgerSource } from '../ledger.ts';
import type { BadRowLimit } from './bad-row-limit.ts';

/** What a file of a dataset may be written in; CSV and NDJSON plain, gzip or zstd. */
export const FILE_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/**
 * `append`: a file adds rows, and a row of a known key takes the place of the earlier one. `snapshot`: a file is the
 * whole of the dataset as of its slot, so one that has lost a fifth of its rows is refused without a person's word, and
 * none may be bad. Which keys have vanished is the staging model's to say, of the newest snapshot by (arrival, ledger id).
 */
export const FILE_MODES = ['append', 'snapshot'] as const;
export type FileMode = (typeof FILE_MODES)[number];

export const COLUMN_TYPES = ['text', 'integer', 'money', 'time', 'list'] as const;
/**
 * How a cell is written. `integer`: decimal digits. `money`: a decimal from 0 with at most four places and a point.
 * `time`: RFC 3339 with its zone, at most microseconds. `list`: a JSON array, in CSV its text.
 */
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface DatasetColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Must stand in the header, and be filled in each row. */
  readonly isRequired: boolean;
  readonly meaning: string;
  /** Of text: what it has to match, and how a person would say it. */
  readonly pattern?: { readonly expression: RegExp; readonly words: string };
  /** Of text: the only values. */
  readonly values?: ReadonlySet<string>;
  /** Of integers, inclusive. */
  readonly range?: readonly [least: number, most: number];
}

/** A kind of file that Millpond takes in: the one place that says what it holds. */
export interface Dataset {
  /** As people name it: `--dataset orders`. */
  readonly name: string;
  readonly meaning: string;
  /** Its rows of the ledger; its objects lie under `raw/<source>/`, its raw table is `raw_<source>`. */
  readonly source: LedgerSource;
  readonly formats: readonly FileFormat[];
  readonly columns: readonly DatasetColumn[];
  /** Columns that tell rows apart. */
  readonly key: readonly string[];
  /** The staging table that its rows reach. */
  readonly stagedIn: string;
  /** Column by which that table is partitioned; null: it is not. */
  readonly partition: string | null;
  readonly mode: FileMode;
  /** Unless the caller gives another one. */
  readonly maxBadRows: BadRowLimit;
  /** `event`: a row is an event and keeps its contract. `columns`: each cell keeps the rules of its column. */
  readonly rules: 'event' | 'columns';
}
