import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type CompressionSettings, HIGHEST_LEVEL } from '../domain/raw-compression.ts';

/** How objects are compressed, and what their names end in: readers tell the codec by it. */
export interface Compression {
  readonly extension: '.ndjson.gz' | '.ndjson.zst';
  /** The same bytes for the same body, always. */
  compress(body: Uint8Array): Uint8Array;
}

/** Fewer, larger pieces of compressed output; the bytes are the same. */
const OUTPUT_CHUNK_BYTES = 262_144;

/** Throws RangeError for a level that the codec has not. */
export function openCompression({ codec, level }: CompressionSettings): Compression {
  const highest = HIGHEST_LEVEL[codec];
  if (!Number.isInteger(level) || level < 1 || level > highest)
    throw new RangeError(`${codec} has the levels 1 to ${highest}, got ${level}`);
  return codec === 'gzip' ? gzip(level) : zstd(level);
}

function gzip(level: number): Compression {
  const options = { level, chunkSize: OUTPUT_CHUNK_BYTES };
  return { extension: '.ndjson.gz', compress: (body) => gzipSync(body, options) };
}

/** With a checksum of the content in each frame, as gzip has one: a reader refuses bytes that have turned. */
function zstd(level: number): Compression {
  const options = {
    chunkSize: OUTPUT_CHUNK_BYTES,
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
  };
  return { extension: '.ndjson.zst', compress: (body) => zstdCompressSync(body, options) };
}
