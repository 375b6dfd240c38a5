export type Cell = string | null;

/** A table as it stands. */
export interface TableRows {
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Cells as text; null stays null. */
  readonly rows: readonly (readonly Cell[])[];
}

/** Rows of two sides that should be equal. */
export interface Difference {
  readonly table: string;
  readonly rows: number;
  /** The first few, one line each. */
  readonly examples: readonly string[];
}

const MAX_EXAMPLES = 3;

/**
 * Compares row for row, by key. Null: equal.
 *
 * @param names what to call the sides
 * @param columns those to compare; default all of the right side
 */
export function differenceOf(
  left: TableRows,
  right: TableRows,
  names: readonly [string, string],
  columns = right.columns,
): Difference | null {
  const { table, key } = right;
  const leftRows = byKey(left, key, columns);
  const rightRows = byKey(right, key, columns);
  const differing: string[] = [];
  for (const [name, cells] of rightRows) {
    const other = leftRows.get(name);
    if (other?.every((cell, index) => cell === cells[index]) === true) continue;
    differing.push(`${name}: ${described(columns, { [names[0]]: other, [names[1]]: cells })}`);
  }
  for (const [name, cells] of leftRows) {
    if (!rightRows.has(name))
      differing.push(`${name}: ${described(columns, { [names[0]]: cells, [names[1]]: undefined })}`);
  }
  if (differing.length === 0) return null;
  return { table, rows: differing.length, examples: differing.sort().slice(0, MAX_EXAMPLES) };
}

export function differenceText({ table, rows, examples }: Difference): string {
  return `${table} differs in ${rows} rows\n    ${examples.join('\n    ')}`;
}

/** Cells of the columns by the text of the key; a key that stands twice gets a name of its own. */
function byKey(
  side: TableRows,
  key: readonly string[],
  columns: readonly string[],
): ReadonlyMap<string, readonly Cell[]> {
  const keyPlaces = key.map((name) => placeOf(side, name));
  const places = columns.map((name) => placeOf(side, name));
  const rows = new Map<string, readonly Cell[]>();
  for (const row of side.rows) {
    const name = keyPlaces.map((place) => row[place] ?? 'null').join(' | ');
    const cells = places.map((place) => row[place] ?? null);
    rows.set(rows.has(name) ? `${name} (again, ${rows.size})` : name, cells);
  }
  return rows;
}

function placeOf({ table, columns }: TableRows, name: string): number {
  const place = columns.indexOf(name);
  if (place < 0) throw new RangeError(`${table} has no column ${name}`);
  return place;
}

/** The cells that differ, side by side; the whole row where the other side has none. */
function described(
  columns: readonly string[],
  sides: Readonly<Record<string, readonly Cell[] | undefined>>,
): string {
  const [first, second] = Object.values(sides);
  const isWhole = first === undefined || second === undefined;
  return Object.entries(sides)
    .map(([name, cells]) => {
      if (cells === undefined) return `${name} has no such row`;
      const shown = columns.flatMap((column, index) =>
        isWhole || first[index] !== second[index] ? [`${column} ${cells[index] ?? 'null'}`] : [],
      );
      return `${name} ${shown.join(', ')}`;
    })
    .join(' / ');
}
