import { differenceOf, differenceText, type TableRows } from './compare-tables.ts';

/**
 * Covered by no promise of is_final: who returns later yet; and the newest arrival, since a visit that began on a final
 * date may have gone on after midnight.
 */
const NOT_COVERED = ['returned_or_later', 'updated_at'];
const SIDES = ['later', 'when final'] as const;

/** The law "final stays": a row that was final once is the same for ever. */
export class FinalRows {
  readonly #tables = new Map<string, TableRows>();

  /** Notes the rows that are final now, and tells which of those noted before have changed or gone. */
  check(tables: readonly TableRows[]): readonly string[] {
    const breaches: string[] = [];
    for (const table of tables) {
      const before = this.#tables.get(table.table);
      const columns = table.columns.filter((name) => !NOT_COVERED.includes(name));
      if (before !== undefined) {
        const stays = differenceOf(onlyKeysOf(table, before), before, SIDES, columns);
        if (stays !== null) breaches.push(`final stays: ${differenceText(stays)}`);
      }
      const place = table.columns.indexOf('is_final');
      this.#tables.set(table.table, { ...table, rows: table.rows.filter((row) => row[place] === 'true') });
    }
    return breaches;
  }

  /** How many rows are final now. */
  get count(): number {
    return [...this.#tables.values()].reduce((sum, { rows }) => sum + rows.length, 0);
  }
}

/** The rows whose keys were final before: further ones are no matter. */
function onlyKeysOf(table: TableRows, before: TableRows): TableRows {
  const places = table.key.map((name) => table.columns.indexOf(name));
  const keyOf = (row: readonly (string | null)[]): string =>
    places.map((place) => row[place] ?? 'null').join(' | ');
  const keys = new Set(before.rows.map(keyOf));
  return { ...table, rows: table.rows.filter((row) => keys.has(keyOf(row))) };
}
