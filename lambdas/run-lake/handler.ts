import { openLeaseStore, openLedgerStore, openObjectStore, openSqlEngines } from '../aws/open-adapters.ts';
import { openKinesisStreamPositions } from '../aws/open-kinesis.ts';
import { streamFreshness } from '../domain/freshness.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { readModels } from '../runtime/model-files.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { runLakeEnvironment } from './env.ts';
import { readRunRequest } from './run-request.ts';
import { type WorkReport, workOnRun } from './work-on-run.ts';

/** No step is begun with less time than this left. */
const STEP_MARGIN_MS = 300_000;

const told = readEnvironment(runLakeEnvironment);
const telemetry = openTelemetry({ service: 'run-lake', namespace: told.METRICS_NAMESPACE });
const engines = openSqlEngines({ workGroup: told.WORK_GROUP, database: told.DATABASE });
const stores = {
  ledger: openLedgerStore(told.LEDGER_TABLE),
  leases: openLeaseStore(told.LEDGER_TABLE, clock),
  objects: openObjectStore(told.RAW_BUCKET),
  positions: openKinesisStreamPositions({ streamName: told.STREAM_NAME }),
};
const models = readModels(`${import.meta.dirname}/athena`);
const settings = {
  allowedLatenessMs: told.ALLOWED_LATENESS_MS,
  reportingCurrency: told.REPORTING_CURRENCY,
  places: { objectsRoot: `s3://${told.RAW_BUCKET}/`, warehouse: `s3://${told.LAKE_BUCKET}/tables` },
};

export const handler = observed(telemetry, async (event: unknown, context): Promise<WorkReport> => {
  const { runId, task, asOfMs } = readRunRequest(event);
  const attempt = context.awsRequestId;
  return workOnRun(
    { ...stores, engine: engines(`${runId}/${attempt}`), clock, telemetry, models },
    { ...settings, runId, task, attempt, freshness: streamFreshness(asOfMs) },
    () => context.getRemainingTimeInMillis() > STEP_MARGIN_MS,
  );
});
