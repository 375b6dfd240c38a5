/** Dates from first to last, inclusive, `YYYY-MM-DD`. */
export interface DateRange {
  readonly first: string;
  readonly last: string;
}

/**
 * The same dates in the fewest ranges, ascending; beyond `limit` ranges the narrowest gaps are filled in, so that the
 * result covers all of the dates and perhaps more.
 */
export function mergedRanges(ranges: readonly DateRange[], limit = 100): readonly DateRange[] {
  const sorted = [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: { first: string; last: string }[] = [];
  for (const { first, last } of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && first <= dayAfter(before.last)) {
      if (last > before.last) before.last = last;
    } else {
      merged.push({ first, last });
    }
  }
  while (merged.length > limit) fillNarrowestGap(merged);
  return merged;
}

function fillNarrowestGap(ranges: { first: string; last: string }[]): void {
  let narrowest = 1;
  let width = Number.POSITIVE_INFINITY;
  for (const [index, range] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before === undefined) continue;
    const gap = Date.parse(range.first) - Date.parse(before.last);
    if (gap < width) [narrowest, width] = [index, gap];
  }
  const [removed] = ranges.splice(narrowest, 1);
  const before = ranges[narrowest - 1];
  if (removed !== undefined && before !== undefined) before.last = removed.last;
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}
