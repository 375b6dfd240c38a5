/** A row of a table as plain data: money as text with four places, times and dates as text, the rest as it is. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** `1234.5000` of whole ten-thousandths. */
export function moneyText(amountE4: bigint): string;
export function moneyText(amountE4: bigint | null): string | null;
export function moneyText(amountE4: bigint | null): string | null {
  if (amountE4 === null) return null;
  const digits = String(amountE4 < 0n ? -amountE4 : amountE4).padStart(5, '0');
  return `${amountE4 < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** `2026-01-31 10:15:00.123456` of microseconds since the epoch. */
export function timestampText(timeUs: number): string;
export function timestampText(timeUs: number | null): string | null;
export function timestampText(timeUs: number | null): string | null {
  if (timeUs === null) return null;
  const ms = Math.floor(timeUs / 1000);
  const text = new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
  return `${text}${String(timeUs - ms * 1000).padStart(3, '0')}`;
}

/** Ten-thousandths as the generator writes them, for exact sums. */
export function exact(amountE4: number): bigint;
export function exact(amountE4: number | null): bigint | null;
export function exact(amountE4: number | null): bigint | null {
  return amountE4 === null ? null : BigInt(amountE4);
}

export function sum(amountsE4: Iterable<bigint | null>): bigint {
  let total = 0n;
  for (const amountE4 of amountsE4) total += amountE4 ?? 0n;
  return total;
}

/** The quotient in ten-thousandths, rounded half away from zero. @param divisor > 0 */
export function divideRounded(amountE4: bigint, divisor: number): bigint {
  const by = BigInt(divisor);
  const size = amountE4 < 0n ? -amountE4 : amountE4;
  const rounded = (2n * size + by) / (2n * by);
  return amountE4 < 0n ? -rounded : rounded;
}

/** A copy of the rows in the order of their key columns; numbers by value, text by code unit, null first. */
export function sortedBy(rows: readonly Row[], key: readonly string[]): Row[] {
  return [...rows].sort((left, right) => {
    for (const column of key) {
      const order = compareCells(left[column] ?? null, right[column] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compareCells(left: Cell, right: Cell): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

/** The items of each key, in the order in which they came. */
export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
