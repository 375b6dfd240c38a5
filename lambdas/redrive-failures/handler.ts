import { openClaimStore, openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { openKinesisStreamReader } from '../aws/open-kinesis.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { redriveFailuresEnvironment } from './env.ts';
import { type RedriveReport, redriveFailures } from './redrive-failures.ts';
import { readRequest } from './redrive-request.ts';

/** No batch is begun with less time than this left; the largest one takes seconds, throttled claims a minute. */
const BATCH_MARGIN_MS = 120_000;

const told = readEnvironment(redriveFailuresEnvironment);
const telemetry = openTelemetry({ service: 'redrive-failures', namespace: told.METRICS_NAMESPACE });
const deps = {
  objects: openObjectStore(told.RAW_BUCKET),
  claims: told.DEDUP === 'owner' ? openClaimStore(told.CLAIMS_TABLE) : null,
  ledger: openLedgerStore(told.LEDGER_TABLE),
  telemetry,
  stream: openKinesisStreamReader({ streamName: told.STREAM_NAME }),
  failures: {
    objects: openObjectStore(told.FAILURES_BUCKET),
    prefix: 'aws/lambda/',
    marks: 'redriven/aws/lambda/',
  },
};

/** Invoked by hand, again as long as the answer's `left` is above 0; any number at once, and however often. */
export const handler = observed(telemetry, async (event: unknown, context): Promise<RedriveReport> => {
  const budget = { remainingMs: () => context.getRemainingTimeInMillis(), marginMs: BATCH_MARGIN_MS };
  return redriveFailures(deps, { ...readRequest(event, told), budget });
});
