import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { openClaimStore, openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { measureProgress } from '../runtime/batch-progress.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { batchOf } from '../runtime/kinesis-batch.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { timedClaimStore } from '../runtime/timed-claim-store.ts';
import { withinTime } from '../runtime/within-time.ts';
import { openCompression } from './compression.ts';
import { consumeBatch } from './consume-batch.ts';
import { consumeEventsEnvironment } from './env.ts';

/** More than a payload weighs, unless it holds far more events than one of ours ever does. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024;
const told = readEnvironment(consumeEventsEnvironment);
const telemetry = openTelemetry({ service: 'consume-events', namespace: told.METRICS_NAMESPACE });
const objects = openObjectStore(told.RAW_BUCKET);
const ledger = openLedgerStore(told.LEDGER_TABLE);
const watch = { clock, telemetry };
const claims = told.DEDUP === 'owner' ? timedClaimStore(openClaimStore(told.CLAIMS_TABLE), watch) : null;
const deps = { objects, claims, ledger, telemetry };
const compression = openCompression({ codec: told.COMPRESSION_CODEC, level: told.COMPRESSION_LEVEL });
const settings = { claimTtlMs: told.CLAIM_TTL_MS, compression, maxBatchBytes: MAX_BATCH_BYTES };

/** Lands what the time allows; the mapping gives the rest again, and half the batch when something throws. */
export const handler = observed(
  telemetry,
  async (event: KinesisStreamEvent, context): Promise<KinesisStreamBatchResponse> => {
    const batch = batchOf(event);
    const remainingMs = () => context.getRemainingTimeInMillis();
    const { firstUndone } = await withinTime(remainingMs, (budget) =>
      consumeBatch(batch, deps, settings, budget),
    );
    measureProgress(batch, firstUndone, watch);
    return { batchItemFailures: firstUndone === null ? [] : [{ itemIdentifier: firstUndone }] };
  },
);
