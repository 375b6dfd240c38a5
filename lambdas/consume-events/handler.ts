import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { openClaimStore, openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { systemTimers as timers } from '../ports/timers.ts';
import { measureProgress } from '../runtime/batch-progress.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { batchOf } from '../runtime/kinesis-batch.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { beforeTimeout } from '../runtime/out-of-time.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { timedClaimStore } from '../runtime/timed-claim-store.ts';
import { openCompression } from './compression.ts';
import { consumeBatch } from './consume-batch.ts';
import { consumeEventsEnvironment } from './env.ts';

const MARGIN_MS = 5_000;
const told = readEnvironment(consumeEventsEnvironment);
const telemetry = openTelemetry({ service: 'consume-events', namespace: told.METRICS_NAMESPACE });
const objects = openObjectStore(told.RAW_BUCKET);
const ledger = openLedgerStore(told.LEDGER_TABLE);
const watch = { clock, telemetry };
const claims = told.DEDUP === 'owner' ? timedClaimStore(openClaimStore(told.CLAIMS_TABLE), watch) : null;
const settings = {
  claimTtlMs: told.CLAIM_TTL_MS,
  compression: openCompression({ codec: told.COMPRESSION_CODEC, level: told.COMPRESSION_LEVEL }),
};

/** All of the batch or none: what fails is thrown, and the mapping tries again with half the batch. */
export const handler = observed(
  telemetry,
  async (event: KinesisStreamEvent, context): Promise<KinesisStreamBatchResponse> => {
    const batch = batchOf(event);
    const limits = { remainingMs: context.getRemainingTimeInMillis(), marginMs: MARGIN_MS, timers };
    const { firstUndone } = await beforeTimeout(limits, () =>
      consumeBatch(batch, { objects, claims, ledger, telemetry }, settings),
    );
    measureProgress(batch, firstUndone, watch);
    return { batchItemFailures: [] };
  },
);
