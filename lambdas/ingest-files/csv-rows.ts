import { CsvError, type Parser, parse } from 'csv-parse';
import { MAX_RECORD_BYTES } from '../domain/events/check-record.ts';
import { decodeUtf8 } from './file-encoding.ts';
import type { ReadRow } from './read-row.ts';
import { RefusedFileError } from './refused-file-error.ts';
import type { Separator } from './separators.ts';

/** How a CSV file is written. */
export interface CsvShape {
  readonly name: string;
  readonly separator: Separator;
  /** Cells of the header, and so of each row. */
  readonly columns: number;
  /** Of a byte order mark. */
  readonly skipBytes: number;
}

const LINE_BREAK = /\r\n|\n|\r/;
const NOT_ASCII = /[\u0080-\u00ff]/;

/**
 * The rows of CSV below its header, a group per chunk; empty lines are passed over. Cells may be quoted, with line
 * breaks and doubled quotes in them; a quote that neither opens nor closes a cell is text.
 *
 * Throws RefusedFileError for a quote that is never closed: it has swallowed the rows behind it.
 */
export async function* readCsvRows(
  chunks: AsyncIterable<Buffer>,
  shape: CsvShape,
): AsyncGenerator<readonly ReadRow[]> {
  let rows: ReadRow[] = [];
  let isHeader = true;
  const place = new LinePlace();
  const parser = parse({
    delimiter: shape.separator,
    // Bytes as they are: whether they are UTF-8 is asked row by row.
    encoding: 'latin1',
    bom: false,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (cells: string[], { empty_lines: emptyLines }: { empty_lines: number }) => {
      const line = place.next(cells, emptyLines);
      if (isHeader) isHeader = false;
      else rows.push(rowOf(cells, line, shape));
      return null;
    },
  });
  // Records are taken by on_record alone; nothing ever comes out, but the stream wants to be read to end.
  parser.resume();
  const failed = failureOf(parser);
  let skipBytes = shape.skipBytes;
  for await (const chunk of chunks) {
    const part = chunk.subarray(skipBytes);
    skipBytes -= chunk.length - part.length;
    await written(parser, part, shape);
    yield rows;
    rows = [];
  }
  await ended(parser, failed, shape);
  yield rows;
}

/** Which line a record begins on; the parser's own count takes a CRLF inside of quotes for two lines. */
class LinePlace {
  #next = 1;
  #emptyLines = 0;

  next(cells: readonly string[], emptyLines: number): number {
    const line = this.#next + emptyLines - this.#emptyLines;
    this.#emptyLines = emptyLines;
    this.#next = line + 1;
    for (const cell of cells) {
      if (LINE_BREAK.test(cell)) this.#next += cell.split(LINE_BREAK).length - 1;
    }
    return line;
  }
}

function rowOf(cells: string[], line: number, shape: CsvShape): ReadRow {
  if (cells.length !== shape.columns) {
    const detail = `the row has ${cells.length} cells, the header ${shape.columns}`;
    return { kind: 'bad', line, breach: { reason: 'wrong_cells', detail }, body: bytesOf(cells, shape) };
  }
  if (!cells.some((cell) => NOT_ASCII.test(cell))) return { kind: 'cells', line, cells };
  const decoded: string[] = [];
  for (const cell of cells) {
    const text = decodeUtf8(Buffer.from(cell, 'latin1'));
    if (text === null) {
      const detail = 'the bytes are not UTF-8';
      return { kind: 'bad', line, breach: { reason: 'not_utf8', detail }, body: bytesOf(cells, shape) };
    }
    decoded.push(text);
  }
  return { kind: 'cells', line, cells: decoded };
}

/** The row written anew: the same cells, quoted where they must be. */
function bytesOf(cells: readonly string[], { separator }: CsvShape): Buffer {
  return Buffer.from(csvText(cells, separator), 'latin1');
}

export function csvText(cells: readonly string[], separator: Separator): string {
  return cells
    .map((cell) =>
      cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
    )
    .join(separator);
}

/** Settles when the parser fails; asked for besides each step, since a stream says it by an event. */
function failureOf(parser: Parser): Promise<never> {
  const failure = new Promise<never>((_, reject) => parser.once('error', reject));
  // Whoever waits sees it; nobody may be waiting just then.
  failure.catch(() => undefined);
  return failure;
}

async function written(parser: Parser, part: Buffer, shape: CsvShape): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    parser.write(part, (error) => (error ? reject(error) : resolve()));
  }).catch((error: unknown) => refuse(error, shape));
}

async function ended(parser: Parser, failed: Promise<never>, shape: CsvShape): Promise<void> {
  const end = new Promise<void>((resolve) => parser.once('end', resolve));
  parser.end();
  await Promise.race([end, failed]).catch((error: unknown) => refuse(error, shape));
}

function refuse(error: unknown, { name }: CsvShape): never {
  if (!(error instanceof CsvError)) throw error;
  const line = 'lines' in error && typeof error.lines === 'number' ? ` (line ${error.lines})` : '';
  throw new RefusedFileError(
    'quote',
    error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
      ? `${name}: a quote before its end${line} is never closed, or a row has more than ${MAX_RECORD_BYTES} bytes: close the quote, or double those that are text`
      : `${name}: the CSV cannot be read${line}: ${error.message}`,
    { cause: error },
  );
}
