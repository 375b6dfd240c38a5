import { createHash } from 'node:crypto';
import type { Dataset } from '../domain/datasets/dataset.ts';
import { type InputFile, type ParquetContent, UnreadableFileError } from '../ports/input-file.ts';
import { readCsvRows } from './csv-rows.ts';
import { type FileContent, openContent } from './file-content.ts';
import { type FileShape, parquetShape, type ShapeOptions, shapeOf } from './file-shape.ts';
import { hashFile } from './hash-file.ts';
import { readJsonRows } from './json-rows.ts';
import { isParquet, readParquetRows } from './parquet-rows.ts';
import type { ReadRow } from './read-row.ts';
import { RefusedFileError } from './refused-file-error.ts';
import type { Separator } from './separators.ts';

/** A file whose beginning has been looked at. */
export interface OpenFile {
  readonly shape: FileShape;
  /** Once. */
  readonly rows: AsyncIterable<readonly ReadRow[]>;
  /** To be asked once all rows have been read. Throws RefusedFileError when the file was another one than was hashed. */
  requireUnchanged(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Of the file's bytes, hex. */
  readonly sha256: string;
  readonly dataset: Dataset | null;
  readonly separator: Separator | null;
  readonly onBytes: (bytes: number) => void;
}

/** Opens a file for its rows, whatever it is written in. Throws RefusedFileError for what cannot be taken. */
export async function openFile(file: InputFile, options: OpenOptions): Promise<OpenFile> {
  const hash = createHash('sha256');
  const content = await openContent(file, (chunk) => {
    hash.update(chunk);
    options.onBytes(chunk.length);
  });
  try {
    if (isParquet(content.head)) {
      await content.close();
      return await openParquet(file, content, options);
    }
    const shape = shapeOf(content, { name: file.name, ...options });
    return {
      shape,
      rows: rowsOf(file.name, content.chunks, shape),
      requireUnchanged: async () => requireSame(file.name, hash.digest('hex'), options.sha256),
      close: () => content.close(),
    };
  } catch (error) {
    await content.close();
    throw error;
  }
}

function rowsOf(
  name: string,
  chunks: AsyncIterable<Buffer>,
  { csv, skipBytes }: FileShape,
): AsyncIterable<readonly ReadRow[]> {
  if (csv === null) return readJsonRows(chunks, skipBytes);
  return readCsvRows(chunks, { name, separator: csv.separator, columns: csv.columns, skipBytes });
}

/** Its reader opens the file by itself, so whether it stayed the same is asked by hashing it once more. */
async function openParquet(
  file: InputFile,
  { isCompressed }: FileContent,
  options: OpenOptions,
): Promise<OpenFile> {
  const { name } = file;
  if (isCompressed) {
    const hint = 'unpack it: Parquet is compressed inside';
    throw new RefusedFileError('format', `${name} is Parquet inside compressed data: ${hint}`);
  }
  if (file.openParquet === undefined) {
    const hint = 'take it in on a laptop by `ingest files`, or export it as CSV or NDJSON';
    throw new RefusedFileError('format', `${name} is Parquet, which functions in AWS cannot read: ${hint}`);
  }
  const parquet = await readable(name, file.openParquet);
  try {
    const shape = parquetShape(parquet.columns, { name, ...options } satisfies ShapeOptions);
    return {
      shape,
      rows: readParquetRows(readableRows(name, parquet.rows, options)),
      requireUnchanged: async () => requireSame(name, await hashFile(file, options.onBytes), options.sha256),
      close: async () => parquet.close(),
    };
  } catch (error) {
    parquet.close();
    throw error;
  }
}

async function* readableRows(
  name: string,
  rows: ParquetContent['rows'],
  { onBytes }: OpenOptions,
): ParquetContent['rows'] {
  try {
    for await (const group of rows) {
      // Nobody knows how many they were; whoever counts may also end the work.
      onBytes(0);
      yield group;
    }
  } catch (error) {
    throw refusal(name, error);
  }
}

async function readable(name: string, open: () => Promise<ParquetContent>): Promise<ParquetContent> {
  try {
    return await open();
  } catch (error) {
    throw refusal(name, error);
  }
}

function refusal(name: string, error: unknown): unknown {
  if (!(error instanceof UnreadableFileError)) return error;
  return new RefusedFileError('not_a_table', `${name} cannot be read as Parquet: ${error.message}`, {
    cause: error,
  });
}

function requireSame(name: string, found: string, expected: string): void {
  if (found === expected) return;
  const problem = `${name} changed while it was read: wait until it is whole, then bring it again`;
  throw new RefusedFileError('changed', problem);
}
