import { gunzipSync, gzipSync } from 'node:zlib';
import type { Compression } from '../../../lambdas/consume-events/compression.ts';
import type { ConsumeSettings } from '../../../lambdas/consume-events/consume-batch.ts';
import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';
import type { Telemetry } from '../../../lambdas/ports/telemetry.ts';

const CLAIM_TTL_MS = 8 * MS_PER_DAY;

/** Costs next to nothing: the body as it is. */
const PLAIN: Compression = { extension: '.ndjson.gz', compress: (body) => Uint8Array.from(body) };

/** The same body in other bytes, as another level or another release of the compressor gives it. */
const OTHER: Compression = {
  extension: '.ndjson.gz',
  compress(body) {
    const bytes = new Uint8Array(body.length + 1);
    bytes.set(body);
    bytes[body.length] = 0x0a;
    return bytes;
  },
};

/** For histories in which something reads objects back that knows real compression only. */
export const GZIP: Compression = {
  extension: '.ndjson.gz',
  compress: (body) => gzipSync(body, { level: 1 }),
};

/** The consumer's settings before and after a deployment of another release. */
export const RELEASES: readonly ConsumeSettings[] = [PLAIN, OTHER].map((compression) => ({
  claimTtlMs: CLAIM_TTL_MS,
  compression,
}));

export const GZIP_RELEASE: ConsumeSettings = { claimTtlMs: CLAIM_TTL_MS, compression: GZIP };

/** The text of an object, whichever of these wrote it. */
export function bodyText(bytes: Uint8Array): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'utf8',
  );
}

export const SILENT: Telemetry = { info() {}, warn() {}, error() {}, count() {}, measure() {} };
