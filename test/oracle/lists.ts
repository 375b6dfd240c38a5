/** The smallest by what `before` says, or null of nothing. */
export function firstBy<T>(items: readonly T[], before: (left: T, right: T) => boolean): T | null {
  let first: T | null = null;
  for (const item of items) if (first === null || before(item, first)) first = item;
  return first;
}

/** Items by the text of their key, in the order of their first item. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The greatest, or null of nothing. */
export function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** The smallest, or null of nothing. */
export function smallest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** The ceil(n/2)-th smallest. */
export function lowerMedian(values: readonly number[]): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}
