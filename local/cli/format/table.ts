import { type Column, cellText, isNumeric, type Row } from './cells.ts';

export interface TableOptions {
  /** Characters that a line may have; absent: as many as it needs. */
  readonly maxWidth?: number;
  /** Characters that a cell may have; a longer one is cut with `…`. Absent: as many as it needs. */
  readonly maxCellWidth?: number;
  /** Shown for null; default empty. */
  readonly nullText?: string;
}

const GAP = '  ';
const MIN_COLUMN_WIDTH = 6;
const READABLE_WIDTH = 12;
const ELLIPSIS = '…';

/**
 * Aligned text for people: numbers to the right. Where a line would not fit, wide columns are cut with `…`, and columns
 * that would still not be readable are left out at the right, with a word on how many.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  options: TableOptions = {},
): string {
  const headers = columns.map((column) => printable(column.name));
  const cells = rows.map((row) => columns.map((column, index) => displayCell(row, column, index, options)));
  const longest = headers.map((header, index) =>
    cells.reduce((width, line) => Math.max(width, lengthOf(line[index] ?? '')), lengthOf(header)),
  );
  const wanted = longest.map((width) => Math.min(width, options.maxCellWidth ?? width));
  const visible = options.maxWidth === undefined ? columns.length : visibleColumns(wanted, options.maxWidth);
  const more = moreLabel(columns.length - visible);
  const shown = more === '' ? wanted : [...wanted.slice(0, visible), more.length];
  const widths = options.maxWidth === undefined ? shown : fitWidths(shown, options.maxWidth);
  const toRight = columns.map(isNumeric);
  const line = (texts: readonly string[], last: string) =>
    [...texts.slice(0, visible), ...(more === '' ? [] : [last])]
      .map((text, index) => pad(text, widths[index] ?? 0, index < visible && toRight[index] === true))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join(GAP);
  return `${[line(headers, more), rule, ...cells.map((texts) => line(texts, ''))].join('\n')}\n`;
}

/** How many columns fit when none is cut below twelve characters; at least one. */
export function visibleColumns(wanted: readonly number[], maxWidth: number): number {
  const needs = wanted.map((width) => Math.min(width, READABLE_WIDTH));
  for (let count = needs.length; count > 1; count -= 1) {
    const more = moreLabel(needs.length - count);
    const own = needs.slice(0, count).reduce((sum, width) => sum + width, 0) + GAP.length * (count - 1);
    if (own + (more === '' ? 0 : GAP.length + more.length) <= maxWidth) return count;
  }
  return 1;
}

function moreLabel(hidden: number): string {
  return hidden === 0 ? '' : `+${hidden} columns`;
}

/** Narrows the widest columns first until the line fits, none below six characters. */
export function fitWidths(wanted: readonly number[], maxWidth: number): readonly number[] {
  const widths = [...wanted];
  const room = maxWidth - GAP.length * (widths.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= MIN_COLUMN_WIDTH) break;
    const index = widths.lastIndexOf(widest);
    const next = Math.max(MIN_COLUMN_WIDTH, ...widths.filter((width) => width < widest));
    const cut = Math.min(excess, Math.max(1, widest - next));
    widths[index] = widest - cut;
    excess -= cut;
  }
  return widths;
}

function displayCell(row: Row, column: Column, index: number, options: TableOptions): string {
  const value = row[index] ?? null;
  if (value === null) return options.nullText ?? '';
  return printable(cellText(value, column)).replace(/\.000000Z$/, 'Z');
}

/** What a terminal would obey or break a line at is shown escaped: data never moves the cursor. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function pad(text: string, width: number, toRight: boolean): string {
  const cut = lengthOf(text) > width ? `${[...text].slice(0, width - 1).join('')}${ELLIPSIS}` : text;
  const space = ' '.repeat(Math.max(0, width - lengthOf(cut)));
  return toRight ? `${space}${cut}` : `${cut}${space}`;
}

/** Characters as people count them, but for combining ones and double-width scripts. */
function lengthOf(text: string): number {
  return [...text].length;
}
