/** How many rows of a file may be bad before the file is refused whole. */
export type BadRowLimit =
  | { readonly kind: 'rows'; readonly rows: number }
  /** Of all rows, 0 to 100. */
  | { readonly kind: 'percent'; readonly percent: number };

/** `10` or `0.5%`; null when the text is neither. */
export function parseBadRowLimit(text: string): BadRowLimit | null {
  if (/^\d{1,15}$/.test(text)) return { kind: 'rows', rows: Number(text) };
  const percent = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) return null;
  return { kind: 'percent', percent: Number(percent) };
}

export function formatBadRowLimit(limit: BadRowLimit): string {
  return limit.kind === 'rows' ? String(limit.rows) : `${limit.percent}%`;
}

/** Whether so many bad rows are too many of a file that has been read whole. The limit itself is allowed. */
export function exceedsLimit(limit: BadRowLimit, bad: number, rows: number): boolean {
  return limit.kind === 'rows' ? bad > limit.rows : bad * 100 > limit.percent * rows;
}

/** Whether they are too many whatever is still to come, so that reading on would be in vain. */
export function isBeyondLimit(limit: BadRowLimit, bad: number): boolean {
  return limit.kind === 'rows' && bad > limit.rows;
}
