import type { Codec } from '../domain/raw-compression.ts';
import { openCompression } from './compression.ts';
import type { ConsumeSettings } from './consume-batch.ts';

/** A payload weighs less, a page of the stream may weigh more, and then lands in pieces. */
const MAX_BATCH_BYTES = 32 * 1_048_576;

/** Of what the consumer is told: how it lands. */
export interface LandingVariables {
  readonly CLAIM_TTL_MS: number;
  readonly COMPRESSION_CODEC: Codec;
  readonly COMPRESSION_LEVEL: number;
}

/** For the ways back, which land as the consumer does: a batch meets the objects and the row of an earlier try. */
export function landingSettings(told: LandingVariables): ConsumeSettings {
  return {
    claimTtlMs: told.CLAIM_TTL_MS,
    compression: openCompression({ codec: told.COMPRESSION_CODEC, level: told.COMPRESSION_LEVEL }),
    maxBatchBytes: MAX_BATCH_BYTES,
  };
}
