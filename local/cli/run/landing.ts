import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import {
  type BatchOutcome,
  type ConsumeSettings,
  consumeBatch,
} from '../../../lambdas/consume-events/consume-batch.ts';
import { claimTtlMs } from '../../../lambdas/domain/claim-expiry.ts';
import { RAW_COMPRESSION } from '../../../lambdas/domain/raw-compression.ts';
import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';
import { type DrainOptions, drain } from '../../event-source-mapping/drain.ts';
import type { DrainCounts } from '../../event-source-mapping/drain-counts.ts';
import type { BatchResponse } from '../../event-source-mapping/invocation-outcome.ts';
import { keepFailure } from '../../lake-failures.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import { DEFAULT_RETENTION_MS } from '../../local-stream.ts';
import { CountingTelemetry } from '../reporter-telemetry.ts';

/** Discarded batches may be redriven later too; then staging alone finds their copies. */
const REDRIVE_HORIZON_MS = 7 * MS_PER_DAY;

/** With what a laptop lands events, out of the stream and on every way back. */
export const LANDING_SETTINGS: ConsumeSettings = {
  claimTtlMs: claimTtlMs(null, {
    streamRetentionMs: DEFAULT_RETENTION_MS,
    redriveHorizonMs: REDRIVE_HORIZON_MS,
  }),
  compression: openCompression(RAW_COMPRESSION),
};

export interface LandingOptions
  extends Pick<DrainOptions, 'stream' | 'shardIds' | 'onProgress' | 'signal' | 'backoff' | 'clock'> {
  /** A record that failed so often is put beside, under failures/; absent: it ends the landing. */
  readonly discardAfter?: number;
  /** Default LANDING_SETTINGS. */
  readonly consumeSettings?: ConsumeSettings;
}

export interface LandedCounts extends DrainCounts {
  /** Records that were accepted without a claim. */
  readonly bypassed: number;
}

/** Lands what waits in the stream, or in some of its shards. Throws as drain does. */
export async function land(stores: LakeStores, options: LandingOptions): Promise<LandedCounts> {
  const telemetry = new CountingTelemetry();
  const dependencies = { objects: stores.objects, claims: stores.claims, ledger: stores.ledger, telemetry };
  const { discardAfter, consumeSettings, ...drained } = options;
  const settings = consumeSettings ?? LANDING_SETTINGS;
  const counts = await drain({
    ...drained,
    ...(discardAfter === undefined ? {} : discarding(stores, discardAfter)),
    consumer: EVENTS_CONSUMER,
    consume: async (batch) => responseOf(await consumeBatch(batch, dependencies, settings)),
  });
  return { ...counts, bypassed: telemetry.counted('DedupBypassed') };
}

/** What the consumer left comes again. */
function responseOf({ firstUndone }: BatchOutcome): BatchResponse {
  return { batchItemFailures: firstUndone === null ? [] : [{ itemIdentifier: firstUndone }] };
}

/** Tries are counted by the mapping; what cannot be put beside either still ends the landing. */
function discarding(
  { objects }: LakeStores,
  discardAfter: number,
): Pick<DrainOptions, 'settings' | 'discard' | 'maxIdenticalFailures'> {
  return {
    settings: { maximumRetryAttempts: discardAfter - 1 },
    maxIdenticalFailures: discardAfter + 1,
    discard: (discarded) => keepFailure(objects, discarded),
  };
}
