import { type Column, cellText, type Row } from './cells.ts';

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One record of RFC 4180, with its line end. Null is empty; an empty text is `""`, so that the two can be told apart. */
export function csvRecord(cells: readonly (string | null)[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

export function csvHeader(columns: readonly Column[]): string {
  return csvRecord(columns.map((column) => column.name));
}

/**
 * Values stand as they are: a text that begins with `=` or `+` is not altered, since a program that reads the file
 * back must get what the table holds. Mind that when you open such a file in a spreadsheet.
 */
export function csvRow(row: Row, columns: readonly Column[]): string {
  return csvRecord(
    columns.map((column, index) => {
      const value = row[index] ?? null;
      return value === null ? null : cellText(value, column);
    }),
  );
}

function csvField(text: string | null): string {
  if (text === null) return '';
  return text === '' || NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
