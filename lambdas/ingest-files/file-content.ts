import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { InputFile } from '../ports/input-file.ts';
import { RefusedFileError } from './refused-file-error.ts';

/** Where a look at the beginning of a file ends, uncompressed bytes. */
export const HEAD_BYTES = 65_536;
const DECOMPRESSED_CHUNK_BYTES = 262_144;
const ZSTD_MAGIC = 0xfd2fb528;

/** A file's bytes, decompressed. */
export interface FileContent {
  /** The first bytes, at most HEAD_BYTES of them unless the first chunk is longer. */
  readonly head: Buffer;
  /** Whether the bytes as stored are gzip or zstd. */
  readonly isCompressed: boolean;
  /** Whether the head is the whole. */
  readonly isWhole: boolean;
  /** All bytes, the head among them; once. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of the file, however far it was read. */
  close(): Promise<void>;
}

/**
 * Opens a file that is plain, gzip or zstd, told by its first bytes and not by its name. `onChunk` sees the bytes as
 * stored. Throws RefusedFileError for compressed data that is damaged or breaks off, also later, from `chunks`.
 */
export async function openContent(
  file: InputFile,
  onChunk: (chunk: Uint8Array) => void,
): Promise<FileContent> {
  const stored = storedChunks(file, onChunk);
  const first = await stored.next();
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  async function* whole(): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start;
    yield* stored;
  }
  const decompress = decompressorOf(start);
  const plain = decompress === null ? whole() : decompressed(whole(), decompress, file.name);
  return { ...(await withHead(plain[Symbol.asyncIterator]())), isCompressed: decompress !== null };
}

async function* storedChunks(file: InputFile, onChunk: (chunk: Uint8Array) => void): AsyncGenerator<Buffer> {
  for await (const chunk of file.open()) {
    onChunk(chunk);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}

interface Decompressor {
  readonly transform: Gunzip | ZstdDecompress;
  readonly isZstd: boolean;
}

function decompressorOf(start: Buffer): Decompressor | null {
  const options = { chunkSize: DECOMPRESSED_CHUNK_BYTES };
  if (start[0] === 0x1f && start[1] === 0x8b) return { transform: createGunzip(options), isZstd: false };
  const isZstd = start.length >= 4 && start.readUInt32LE(0) === ZSTD_MAGIC;
  return isZstd ? { transform: createZstdDecompress(options), isZstd } : null;
}

/** Node's decoder ends with the first frame and drops, without a word, whatever follows it. */
function severalFrames(name: string): RefusedFileError {
  return new RefusedFileError(
    'broken_compression',
    `${name} holds more than one zstd frame, of which only the first can be read: write it anew with \`zstd -dc FILE | zstd\``,
  );
}

async function* decompressed(
  source: AsyncIterable<Buffer>,
  { transform, isZstd }: Decompressor,
  name: string,
): AsyncGenerator<Buffer> {
  let fedBytes = 0;
  async function* fed(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      fedBytes += chunk.length;
      yield chunk;
    }
  }
  // The error reaches whoever reads the stream; the callback only keeps it from being thrown a second time.
  pipeline(Readable.from(fed()), transform, () => undefined);
  try {
    for await (const chunk of transform) yield chunk;
    if (isZstd && transform.bytesWritten < fedBytes) throw severalFrames(name);
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new RefusedFileError(
      'broken_compression',
      `${name} is damaged or cut off: its compressed data cannot be read to the end; get the file again`,
      { cause: error },
    );
  }
}

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_') || code.startsWith('ZSTD_') || code === 'ERR_ZLIB_INITIALIZATION_FAILED';
}

async function withHead(iterator: AsyncIterator<Buffer>): Promise<Omit<FileContent, 'isCompressed'>> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isWhole = false;
  while (length < HEAD_BYTES) {
    const next = await iterator.next();
    if (next.done === true) {
      isWhole = true;
      break;
    }
    chunks.push(next.value);
    length += next.value.length;
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield* chunks;
    while (!isWhole) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  }
  const close = async () => {
    await iterator.return?.();
  };
  return { head: Buffer.concat(chunks), isWhole, chunks: whole(), close };
}
