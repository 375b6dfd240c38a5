/**
 * How a table must change, found without touching it, so that a run that dies can find it again: rows counted by what
 * happens to them and by partition. The rows themselves wait in `<table>_new_rows` (fill) or `<table>_changes` (merge).
 */
export interface TableDiff {
  /** `filled`: an empty table has taken its rows already, in an engine that can undo it. */
  readonly how: 'filled' | 'fill' | 'merge';
  readonly counts: readonly ChangeCount[];
}

export interface ChangeCount {
  /** `I`, `U` or `D`. */
  readonly op: string;
  /** Date, or first day of a month; empty without partitions. */
  readonly partition: string;
  readonly rows: number;
}

/** What became of a table's rows. */
export interface RowChanges {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /**
   * Partitions that hold a changed row: dates, or the first days of months, ascending. Null: the table has none, or a
   * run of an earlier version did not keep them.
   */
  readonly partitions?: readonly string[] | null;
}
