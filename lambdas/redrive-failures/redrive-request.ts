import * as z from 'zod';
import { openCompression } from '../consume-events/compression.ts';
import type { ConsumeSettings } from '../consume-events/consume-batch.ts';
import type { RedriveOptions } from './redrive-failures.ts';

/** The invocation asks for something that there is not. */
export class RedriveRequestError extends Error {
  override readonly name = 'RedriveRequestError';
}

const REQUEST = z.strictObject({
  since: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional(),
  shard: z.string().min(1).optional(),
  dryRun: z.boolean().default(false),
});

/**
 * What a person asks for by hand, `{"since":"2026-03-01","shard":"shardId-000000000000","dryRun":true}`, each part or none.
 * Throws RedriveRequestError.
 */
export function readRequest(event: unknown): Pick<RedriveOptions, 'sinceMs' | 'shardId' | 'isDryRun'> {
  const parsed = REQUEST.safeParse(event ?? {});
  if (!parsed.success) {
    throw new RedriveRequestError(
      'Expected an object that holds no more than since (2026-03-01), shard (shardId-000000000000) and dryRun (true)',
    );
  }
  const { since, shard, dryRun } = parsed.data;
  return {
    sinceMs: since === undefined ? null : Date.parse(since),
    shardId: shard ?? null,
    isDryRun: dryRun,
  };
}

/** A payload weighs less, a page of the stream may weigh more, and then lands in pieces. */
const MAX_BATCH_BYTES = 32 * 1_048_576;

/** As the consumer lands, so that a batch meets the objects and the row that it may have left before. */
export function landingSettings(told: {
  readonly CLAIM_TTL_MS: number;
  readonly COMPRESSION_CODEC: Parameters<typeof openCompression>[0]['codec'];
  readonly COMPRESSION_LEVEL: number;
}): ConsumeSettings {
  return {
    claimTtlMs: told.CLAIM_TTL_MS,
    compression: openCompression({ codec: told.COMPRESSION_CODEC, level: told.COMPRESSION_LEVEL }),
    maxBatchBytes: MAX_BATCH_BYTES,
  };
}
