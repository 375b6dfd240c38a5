import { openClaimStore, openLeaseStore, openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { openKinesisStreamReader } from '../aws/open-kinesis.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { recoverEventsEnvironment } from './env.ts';
import { type RecoveryReport, readRequest, recoverEvents } from './recover-events.ts';

/** No object is begun with less time than this left; the largest one takes seconds, throttled claims a minute. */
const OBJECT_MARGIN_MS = 120_000;

const told = readEnvironment(recoverEventsEnvironment);
const telemetry = openTelemetry({ service: 'recover-events', namespace: told.METRICS_NAMESPACE });
const deps = {
  objects: openObjectStore(told.RAW_BUCKET),
  claims: told.DEDUP === 'owner' ? openClaimStore(told.CLAIMS_TABLE) : null,
  ledger: openLedgerStore(told.LEDGER_TABLE),
  leases: openLeaseStore(told.LEDGER_TABLE, clock),
  stream: openKinesisStreamReader({ streamName: told.STREAM_NAME }),
  telemetry,
  landing: told,
};

/** Invoked by hand, again as long as the answer's `left` is above 0 or its kind is `held`. */
export const handler = observed(telemetry, async (event: unknown, context): Promise<RecoveryReport> => {
  const budget = { remainingMs: () => context.getRemainingTimeInMillis(), marginMs: OBJECT_MARGIN_MS };
  return recoverEvents(readRequest(event), deps, { holder: context.awsRequestId, budget });
});
