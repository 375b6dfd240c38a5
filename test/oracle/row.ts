/** A row of a table as the lake shows it: times, dates and money are text. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** A table of tables.md: rows with its columns, in no order. */
export interface Answer {
  readonly table: string;
  readonly key: readonly string[];
  readonly rows: readonly Row[];
}
