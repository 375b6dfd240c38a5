import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import { type DrainCounts, type DrainOptions, drain } from '../../event-source-mapping.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import { CountingTelemetry } from '../reporter-telemetry.ts';

/** Longer than the stream's retention (7 days) and the longest replay together. */
const CLAIM_TTL_MS = 8 * 86_400_000;
/** Speed over size: a laptop's lake is small, and level 1 takes a third of the time of level 6. */
const COMPRESSION = openCompression({ codec: 'gzip', level: 1 });

export type LandingOptions = Pick<DrainOptions, 'stream' | 'shardIds' | 'onProgress' | 'signal'>;

export interface LandedCounts extends DrainCounts {
  /** Records that were accepted without a claim. */
  readonly bypassed: number;
}

/** Lands what waits in the stream, or in some of its shards. Throws as drain does. */
export async function land(stores: LakeStores, options: LandingOptions): Promise<LandedCounts> {
  const telemetry = new CountingTelemetry();
  const dependencies = { objects: stores.objects, claims: stores.claims, ledger: stores.ledger, telemetry };
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: COMPRESSION };
  const counts = await drain({
    ...options,
    consumer: EVENTS_CONSUMER,
    consume: async (batch) => {
      await consumeBatch(batch, dependencies, settings);
      return null;
    },
  });
  return { ...counts, bypassed: telemetry.counted('DedupBypassed') };
}
