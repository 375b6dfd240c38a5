/** The middle value, or the mean of the two in the middle. Throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of no values is asked for');
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted.at(Math.floor(sorted.length / 2)) ?? Number.NaN;
  const lower = sorted.at(Math.ceil(sorted.length / 2) - 1) ?? Number.NaN;
  return (lower + upper) / 2;
}
