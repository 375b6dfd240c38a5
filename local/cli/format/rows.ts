import type { Output } from '../output.ts';
import type { Column, Row } from './cells.ts';
import { csvHeader, csvRow } from './csv.ts';
import { jsonRow } from './json.ts';
import { renderTable } from './table.ts';

export const ROW_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** A part of a result; every result has at least one, so that an empty one still has its columns. */
export interface RowChunk {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface WriteRowsOptions {
  readonly format: RowFormat;
  /** `table` only: rows beyond it are counted, not shown. */
  readonly maxRows: number;
  /** `table` only: characters a line may have. */
  readonly maxWidth?: number;
  /** `table` only: characters a cell may have. */
  readonly maxCellWidth?: number;
}

export interface WrittenRows {
  readonly rows: number;
  readonly shown: number;
}

/** Writes a result of any length with flat memory. */
export async function writeRows(
  chunks: AsyncIterable<RowChunk>,
  output: Output,
  options: WriteRowsOptions,
): Promise<WrittenRows> {
  const written =
    options.format === 'table'
      ? await writeTable(chunks, output, options)
      : await writeRecords(chunks, output, options.format);
  await output.flush();
  return written;
}

async function writeTable(
  chunks: AsyncIterable<RowChunk>,
  output: Output,
  options: WriteRowsOptions,
): Promise<WrittenRows> {
  let columns: readonly Column[] = [];
  const kept: Row[] = [];
  let rows = 0;
  for await (const chunk of chunks) {
    columns = chunk.columns;
    rows += chunk.rows.length;
    kept.push(...chunk.rows.slice(0, options.maxRows - kept.length));
  }
  const { maxWidth, maxCellWidth } = options;
  const widths = {
    ...(maxWidth === undefined ? {} : { maxWidth }),
    ...(maxCellWidth === undefined ? {} : { maxCellWidth }),
  };
  await output.write(renderTable(columns, kept, widths));
  return { rows, shown: kept.length };
}

async function writeRecords(
  chunks: AsyncIterable<RowChunk>,
  output: Output,
  format: Exclude<RowFormat, 'table'>,
): Promise<WrittenRows> {
  let rows = 0;
  let isFirst = true;
  for await (const { columns, rows: part } of chunks) {
    if (isFirst) await output.write(OPENING[format](columns));
    isFirst = false;
    for (const row of part) {
      await output.write(RECORD[format](row, columns, rows === 0));
      rows += 1;
    }
  }
  if (format === 'json') await output.write(rows === 0 ? ']\n' : '\n]\n');
  return { rows, shown: rows };
}

const OPENING = {
  csv: (columns: readonly Column[]) => csvHeader(columns),
  json: () => '[',
  ndjson: () => '',
};

const RECORD = {
  csv: (row: Row, columns: readonly Column[]) => csvRow(row, columns),
  json: (row: Row, columns: readonly Column[], isFirst: boolean) =>
    `${isFirst ? '' : ','}\n${jsonRow(row, columns)}`,
  ndjson: (row: Row, columns: readonly Column[]) => `${jsonRow(row, columns)}\n`,
};
