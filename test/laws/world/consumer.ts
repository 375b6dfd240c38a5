import { gunzipSync, gzipSync } from 'node:zlib';
import type { Compression } from '../../../lambdas/consume-events/compression.ts';
import type { ConsumeSettings } from '../../../lambdas/consume-events/consume-batch.ts';
import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';
import type { Telemetry } from '../../../lambdas/ports/telemetry.ts';

const CLAIM_TTL_MS = 8 * MS_PER_DAY;

/** Costs next to nothing: the body as it is. */
const PLAIN: Compression = { extension: '.ndjson.gz', compress: (body) => new Uint8Array(body) };

/** What two releases of the compressor give: other bytes for the same body. Small windows are quickly made. */
const GZIPS: readonly Compression[] = [1, 9].map((level) => ({
  extension: '.ndjson.gz',
  compress: (body) => gzipSync(body, { level, windowBits: 9, memLevel: 1, chunkSize: 1_024 }),
}));

/** The consumer's settings. Real compression only where something asks for it, since it takes most of the time. */
export function settingsOf(
  plan: { readonly maxBatchBytes: number; readonly isCompressing: boolean },
  release: number,
): ConsumeSettings {
  const compression = plan.isCompressing ? (GZIPS[release % GZIPS.length] ?? PLAIN) : PLAIN;
  return { claimTtlMs: CLAIM_TTL_MS, compression, maxBatchBytes: plan.maxBatchBytes };
}

/** The text of an object, whichever of these wrote it. */
export function bodyText(bytes: Uint8Array): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'utf8',
  );
}

export const SILENT: Telemetry = { info() {}, warn() {}, error() {}, count() {}, measure() {} };
