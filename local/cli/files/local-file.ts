import { createReadStream, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { InputFile } from '../../../lambdas/ports/input-file.ts';
import { fileErrorCode } from '../../storage-error.ts';
import { CommandError } from '../errors.ts';
import { openLocalParquet } from './parquet-file.ts';

const READ_BYTES = 1_048_576;

export interface LocalFile extends InputFile {
  readonly sizeBytes: number;
}

/** The file at a path. Throws CommandError for what is none: missing, a directory, a pipe. */
export function openLocalFile(file: string): LocalFile {
  const stats = statOf(file);
  if (stats.isDirectory()) {
    throw new CommandError(
      'input_directory',
      `${file} is a directory: name its files, ${path.join(file, '*.csv')}.`,
    );
  }
  if (!stats.isFile()) {
    throw new CommandError(
      'input_pipe',
      `${file} is no file but a pipe or device: a file is read twice, so write it to disk first.`,
    );
  }
  return {
    name: path.basename(file),
    sizeBytes: stats.size,
    open: () => createReadStream(file, { highWaterMark: READ_BYTES }),
    openParquet: () => openLocalParquet(path.resolve(file)),
  };
}

function statOf(file: string): Stats {
  try {
    return statSync(file);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(fileErrorCode(error))) throw error;
    throw new CommandError('input_missing', `${file} does not exist: check the name.`);
  }
}
