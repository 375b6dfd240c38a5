import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { Output } from './output.ts';

/**
 * Writes a file that appears under its name only when it is whole; a name that ends in `.gz` is compressed, a pipe or
 * device is written as it is. Throws CommandError for a directory or a missing folder, and what the disk says.
 */
export async function writeWholeFile<T>(
  context: Pick<CommandContext, 'interrupt'>,
  name: string,
  write: (output: Output) => Promise<T>,
): Promise<T> {
  requireTarget(name);
  const isPlain = !existsSync(name) || statSync(name).isFile();
  const target = isPlain ? `${name}.part` : name;
  const removePart = () => {
    if (isPlain) rmSync(target, { force: true });
  };
  const forget = context.interrupt.onAbruptEnd(removePart);
  try {
    const result = await writeThrough(createWriteStream(target), name.endsWith('.gz'), write);
    if (isPlain) renameSync(target, name);
    return result;
  } catch (error) {
    removePart();
    throw error;
  } finally {
    forget();
  }
}

async function writeThrough<T>(
  file: Writable,
  isGzip: boolean,
  write: (output: Output) => Promise<T>,
): Promise<T> {
  const entry = new PassThrough();
  const done = isGzip ? pipeline(entry, createGzip({ level: 1 }), file) : pipeline(entry, file);
  const written = (async () => {
    const output = new Output(entry);
    const result = await write(output);
    await output.flush();
    entry.end();
    return result;
  })();
  try {
    // Whichever fails first: a disk that is full leaves the writer waiting for ever.
    await Promise.race([done.then(() => written), written.then(() => done)]);
    return await written;
  } catch (error) {
    entry.destroy();
    await done.catch(() => undefined);
    throw error;
  }
}

function requireTarget(name: string): void {
  const folder = path.dirname(path.resolve(name));
  if (!existsSync(folder)) {
    throw new CommandError(
      'output_folder_missing',
      `${folder} does not exist: make it, or give --out another place.`,
    );
  }
  if (existsSync(name) && statSync(name).isDirectory()) {
    throw new CommandError('output_directory', `${name} is a directory: give --out the name of a file.`);
  }
}
