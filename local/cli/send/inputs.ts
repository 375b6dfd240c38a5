import { createReadStream, createWriteStream, mkdirSync, type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline as connect, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fileErrorCode } from '../../storage-error.ts';
import { CommandError } from '../errors.ts';
import { formatCount } from '../progress.ts';
import { type Line, type LongLines, readLines } from './lines.ts';
import {
  emptyInput,
  isAllBlank,
  isInconclusive,
  PEEK_BYTES,
  refuseContent,
  shownName,
} from './refuse-content.ts';

/** What `send` reads: a file, or what comes through a pipe. */
export interface Input {
  /** For people: the file's name, or `stdin`. */
  readonly name: string;
  /** As stored; null for a pipe, whose end nobody knows. */
  readonly sizeBytes: number | null;
  readonly isGzip: boolean;
  /** Bytes as stored, from the beginning; a pipe can be opened once only. */
  readonly open: () => AsyncIterable<Buffer>;
}

export interface InputOptions {
  /** What `-` means. */
  readonly stdin: AsyncIterable<Buffer>;
  /** Where a pipe is kept when it has to be read twice. */
  readonly spoolFolder: string;
  /** Whether each input will be read twice. */
  readonly isReadTwice: boolean;
  /** Ends a pipe early, as if the other side had closed it. */
  readonly signal: AbortSignal;
}

/**
 * Refuses what can be told without reading any input whole: missing files, directories, what can never be lines of
 * events (refuse-content.ts), and files that are all empty. Throws CommandError.
 */
export async function requireInputs(names: readonly string[]): Promise<void> {
  const contents: FileContent[] = [];
  for (const name of names) contents.push(await requireInput(name));
  if (contents.every((content) => content === 'empty')) throw emptyInput(names, false);
  if (contents.every((content) => content !== 'lines')) throw emptyInput(names, true);
}

/** Whether what is read from any of them can be read only once, so that no other copy of it is left. */
export function hasPipe(names: readonly string[]): boolean {
  return names.some((name) => name === '-' || !statOf(name).isFile());
}

/**
 * Opens all inputs, and refuses of pipes too what can never be lines of events. Throws CommandError. An empty input is
 * none of that: it simply has no line.
 */
export async function openInputs(names: readonly string[], options: InputOptions): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const name of names) inputs.push(await openInput(name, options));
  return inputs;
}

/** A group of lines, with the bytes of the stored input that were read for them so far. */
export interface LineGroup {
  readonly lines: readonly Line[];
  readonly readBytes: number;
}

/** The lines of an input; gzip is undone. Throws CommandError when the gzip data breaks off or is damaged. */
export async function* readInputLines(
  input: Input,
  maxLineBytes: number,
  longLines?: LongLines,
): AsyncGenerator<LineGroup> {
  let readBytes = 0;
  let lines = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of input.open()) {
      readBytes += chunk.length;
      yield chunk;
    }
  }
  try {
    for await (const group of readLines(
      input.isGzip ? gunzip(counted()) : counted(),
      maxLineBytes,
      longLines,
    )) {
      lines += group.length;
      yield { lines: group, readBytes };
    }
  } catch (error) {
    throw isZlibError(error) ? brokenGzip(input, { lines, readBytes, cause: error }) : error;
  }
}

type FileContent = 'lines' | 'blank' | 'empty';

/** A pipe counts as lines until it is read. */
async function requireInput(name: string): Promise<FileContent> {
  if (name === '-' || !requireFile(name).isFile()) return 'lines';
  const { sizeBytes } = await openFile(name, name);
  if (sizeBytes === 0) return 'empty';
  const head = await readHead(name);
  return sizeBytes === head.length && isAllBlank(head) ? 'blank' : 'lines';
}

async function openInput(name: string, options: InputOptions): Promise<Input> {
  if (name === '-') return openPipe(shownName(name), options.stdin, options);
  if (!requireFile(name).isFile()) return openPipe(name, createReadStream(name), options);
  return openFile(name, name);
}

/** `name` is what people know it by. */
async function openFile(file: string, name: string): Promise<Input> {
  const head = await readHead(file);
  const isGzip = isGzipHead(head);
  const input: Input = {
    name,
    sizeBytes: statSync(file).size,
    isGzip,
    open: () => createReadStream(file, { highWaterMark: 1_048_576 }),
  };
  refuseContent({ name, head: isGzip ? await firstBytes(input) : head, isGzip });
  return input;
}

/** A pipe is looked at, and kept on disk when it is to be read twice (gzip always is: it is proved whole first). */
async function openPipe(name: string, source: AsyncIterable<Buffer>, options: InputOptions): Promise<Input> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  while (isInconclusive(Buffer.concat(head))) {
    const next = await nextUnlessAborted(iterator, options.signal);
    if (next === null || next.done === true) break;
    head.push(next.value);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield* head;
    for (;;) {
      const next = await nextUnlessAborted(iterator, options.signal);
      if (next === null || next.done === true) return;
      yield next.value;
    }
  }
  const start = Buffer.concat(head).subarray(0, PEEK_BYTES);
  const isGzip = isGzipHead(start);
  if (!isGzip) refuseContent({ name, head: start, isGzip });
  if (!isGzip && !options.isReadTwice) return { name, sizeBytes: null, isGzip, open: whole };
  mkdirSync(options.spoolFolder, { recursive: true });
  const file = path.join(options.spoolFolder, `pipe-${process.hrtime.bigint()}`);
  await pipeline(whole(), createWriteStream(file));
  return openFile(file, name);
}

/**
 * The next chunk, or null when the signal comes first. No `Promise.race` with one promise for the whole input: that
 * promise would keep every chunk that it ever lost to.
 */
function nextUnlessAborted(
  iterator: AsyncIterator<Buffer>,
  signal: AbortSignal,
): Promise<IteratorResult<Buffer> | null> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(null);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    iterator
      .next()
      .finally(() => signal.removeEventListener('abort', stop))
      .then(resolve, reject);
  });
}

function requireFile(name: string): Stats {
  const stats = statOf(name);
  if (!stats.isDirectory()) return stats;
  throw new CommandError(
    'input_directory',
    `${name} is a directory: name its files, ${path.join(name, '*.ndjson')}.`,
  );
}

function statOf(name: string): Stats {
  try {
    return statSync(name);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(fileErrorCode(error))) {
      throw new CommandError(
        'input_missing',
        `${name} does not exist: check the name; \`-\` reads from stdin.`,
      );
    }
    throw error;
  }
}

async function readHead(name: string): Promise<Buffer> {
  const handle = await open(name, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PEEK_BYTES), 0, PEEK_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The first uncompressed bytes; none when the gzip data is damaged right there (the full read says so later). */
async function firstBytes(input: Input): Promise<Buffer> {
  try {
    for await (const chunk of gunzip(input.open())) return chunk.subarray(0, PEEK_BYTES);
  } catch (error) {
    if (!isZlibError(error)) throw error;
  }
  return Buffer.alloc(0);
}

function isGzipHead(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function gunzip(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const end = new PassThrough({ highWaterMark: 1_048_576 });
  // The error reaches whoever reads `end`; the callback only keeps it from being thrown a second time.
  connect(source, createGunzip({ chunkSize: 1_048_576 }), end, () => undefined);
  return end;
}

function isZlibError(error: unknown): boolean {
  return fileErrorCode(error).startsWith('Z_');
}

function brokenGzip(
  input: Input,
  found: { readonly lines: number; readonly readBytes: number; readonly cause: unknown },
): CommandError {
  const reason = found.cause instanceof Error ? found.cause.message : String(found.cause);
  return new CommandError(
    'input_broken_gzip',
    `${input.name} is broken gzip data (${reason}) after ${formatCount(found.lines)} whole lines: nothing was sent; get the file again, or send what can be read with \`gzip -dc ${input.name} 2>/dev/null | millpond send -\`.`,
    { cause: found.cause },
  );
}
