import { openLandingZone, openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { readDropRequest } from './drop-request.ts';
import { ingestFilesEnvironment } from './env.ts';
import { type DropReport, takeDroppedFile } from './take-dropped-file.ts';

/** Enough to write the last parts, the ledger row and the report. */
const END_MARGIN_MS = 30_000;

const told = readEnvironment(ingestFilesEnvironment);
const telemetry = openTelemetry({ service: 'ingest-files', namespace: told.METRICS_NAMESPACE });
const deps = {
  zone: openLandingZone(told.LANDING_BUCKET),
  reports: openObjectStore(told.LANDING_BUCKET),
  objects: openObjectStore(told.RAW_BUCKET),
  ledger: openLedgerStore(told.LEDGER_TABLE),
  compression: { codec: told.COMPRESSION_CODEC, level: told.COMPRESSION_LEVEL },
  telemetry,
};

/** Invoked for each file that is dropped, and by hand with what a report gives as `again`; any number at once. */
export const handler = observed(telemetry, async (event: unknown, context): Promise<DropReport> => {
  const budget = { remainingMs: () => context.getRemainingTimeInMillis(), marginMs: END_MARGIN_MS };
  return takeDroppedFile(readDropRequest(event), { ...deps, budget });
});
