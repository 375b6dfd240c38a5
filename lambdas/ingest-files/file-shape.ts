import { DATASETS } from '../domain/datasets/catalogue.ts';
import type { Dataset, FileFormat } from '../domain/datasets/dataset.ts';
import {
  countKnown,
  datasetsOf,
  type HeaderMatch,
  headerProblem,
  matchHeader,
} from '../domain/datasets/header.ts';
import { isJsonObject } from '../domain/events/check-event.ts';
import type { ParquetColumn } from '../ports/input-file.ts';
import type { FileContent } from './file-content.ts';
import { byteOrderMark, decodeUtf8, requireUtf8 } from './file-encoding.ts';
import { RefusedFileError } from './refused-file-error.ts';
import { readHeader, type Separator } from './separators.ts';

/** How a file is to be read, as its beginning and the caller say. */
export interface FileShape {
  readonly format: FileFormat;
  readonly dataset: Dataset;
  /** Bytes of a byte order mark before the text. */
  readonly skipBytes: number;
  /** Null: each line names its fields. */
  readonly csv: {
    readonly separator: Separator;
    readonly match: HeaderMatch;
    readonly columns: number;
  } | null;
}

export interface ShapeOptions {
  readonly name: string;
  /** Null: told by the columns. */
  readonly dataset: Dataset | null;
  /** Null: told by the header. */
  readonly separator: Separator | null;
}

/** Tells format, dataset, separator and columns by a file's first bytes. Throws RefusedFileError. */
export function shapeOf({ head, isWhole }: FileContent, options: ShapeOptions): FileShape {
  const { name } = options;
  requireUtf8(name, head, isWhole);
  const skipBytes = byteOrderMark(head);
  const line = firstLine(name, head.subarray(skipBytes), isWhole);
  const start = line.trimStart();
  if (start.startsWith('[')) {
    const hint = "make lines of it with `jq -c '.[]'`";
    throw new RefusedFileError('not_a_table', `${name} is one JSON array, not one object a line: ${hint}`);
  }
  if (start.startsWith('{')) return { ...jsonShape(start, options), skipBytes };
  return { ...csvShape(line, options), skipBytes };
}

/** The first line that is not blank. */
function firstLine(name: string, text: Buffer, isWhole: boolean): string {
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf(0x0a, from);
    if (found < 0 && !isWhole) {
      const problem = `${name}: its first line has more than ${text.length} bytes, no header has so many`;
      throw new RefusedFileError('not_a_table', problem);
    }
    const to = found < 0 ? text.length : found;
    const line = decodeUtf8(text.subarray(from, to)) ?? '';
    if (line.trim() !== '') return line;
    from = to + 1;
  }
  throw new RefusedFileError('empty', `${name} is empty: it holds no row`);
}

function jsonShape(line: string, { name, dataset }: ShapeOptions): Omit<FileShape, 'skipBytes'> {
  const told = dataset ?? onlyDataset(name, fieldsOf(line));
  requireFormat(name, told, 'ndjson');
  return { format: 'ndjson', dataset: told, csv: null };
}

function fieldsOf(line: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

function csvShape(line: string, options: ShapeOptions): Omit<FileShape, 'skipBytes'> {
  const { name } = options;
  const datasets = options.dataset === null ? DATASETS : [options.dataset];
  const { separator, names } = readHeader(name, line.replace(/\r$/, ''), {
    datasets,
    forced: options.separator,
  });
  const dataset = options.dataset ?? nearestDataset(name, names);
  requireFormat(name, dataset, 'csv');
  const match = matchHeader(names, dataset);
  const problem = headerProblem(match, dataset);
  if (problem !== null) throw new RefusedFileError('header', `${name}: ${problem}`);
  return { format: 'csv', dataset, csv: { separator, match, columns: names.length } };
}

/**
 * The shape of a Parquet file, whose rows come as those of CSV; those in quarantine are written with commas. Throws
 * RefusedFileError.
 */
export function parquetShape(columns: readonly ParquetColumn[], options: ShapeOptions): FileShape {
  const { name } = options;
  const names = columns.map((column) => column.name);
  const dataset = options.dataset ?? nearestDataset(name, names);
  requireFormat(name, dataset, 'parquet');
  const match = matchHeader(names, dataset);
  const problem = headerProblem(match, dataset) ?? localTimeProblem(match, { columns, dataset });
  if (problem !== null) throw new RefusedFileError('header', `${name}: ${problem}`);
  return { format: 'parquet', dataset, skipBytes: 0, csv: { separator: ',', match, columns: names.length } };
}

function localTimeProblem(
  { places }: HeaderMatch,
  { columns, dataset }: { readonly columns: readonly ParquetColumn[]; readonly dataset: Dataset },
): string | null {
  const local = dataset.columns.find(
    ({ type }, at) => type === 'time' && columns[places[at] ?? -1]?.hasLocalTimes === true,
  );
  if (local === undefined) return null;
  return `${local.name} is stored without a zone: store it as a time in UTC (isAdjustedToUTC), or as text with its zone`;
}

/** The same, or the one that has most of the columns: its header problem then says what is wrong with them. */
function nearestDataset(name: string, columns: readonly string[]): Dataset {
  if (datasetsOf(columns, DATASETS).length > 0) return onlyDataset(name, columns);
  const known = DATASETS.map((dataset) => ({ dataset, count: countKnown(columns, dataset) }));
  const most = Math.max(...known.map(({ count }) => count));
  const [nearest, ...others] = known.filter(({ count }) => count === most);
  return nearest === undefined || others.length > 0 ? onlyDataset(name, columns) : nearest.dataset;
}

/** The one dataset whose required columns are all there. */
function onlyDataset(name: string, columns: readonly string[]): Dataset {
  const [only, ...others] = datasetsOf(columns, DATASETS);
  if (only !== undefined && others.length === 0) return only;
  const names = DATASETS.map((dataset) => dataset.name).join(', ');
  throw new RefusedFileError(
    'dataset',
    `${name}: its columns do not tell which dataset it is; say it with --dataset, one of ${names}`,
  );
}

function requireFormat(name: string, dataset: Dataset, format: FileFormat): void {
  if (dataset.formats.includes(format)) return;
  const allowed = dataset.formats.join(', ');
  throw new RefusedFileError('format', `${name} is ${format}; files of ${dataset.name} are ${allowed}`);
}
