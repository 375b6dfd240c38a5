import { openLedgerStore, openObjectStore } from '../aws/open-adapters.ts';
import { systemRandom as random } from '../ports/random-source.ts';
import { systemTimers as timers } from '../ports/timers.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { observed } from '../runtime/invocation.ts';
import { openTelemetry } from '../runtime/lambda-telemetry.ts';
import { slotOf } from '../runtime/scheduled-slot.ts';
import { readSecret } from '../runtime/secret-value.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { ingestFakestoreEnvironment } from './env.ts';
import { type IngestReport, ingestFakestore } from './ingest-fakestore.ts';
import { acceptedShrink } from './store-request.ts';

const told = readEnvironment(ingestFakestoreEnvironment);
const telemetry = openTelemetry({ service: 'ingest-fakestore', namespace: told.METRICS_NAMESPACE });
const objects = openObjectStore(told.RAW_BUCKET);
const ledger = openLedgerStore(told.LEDGER_TABLE);

export const handler = observed(telemetry, async (event: unknown): Promise<IngestReport> => {
  const request = { slot: slotOf(event), acceptShrink: acceptedShrink(event) };
  const emailKey = Buffer.from(await readSecret(told.EMAIL_KEY_SECRET_ARN, fetch), 'utf8');
  return ingestFakestore(
    { baseUrl: told.FAKESTORE_URL, ...request },
    { fetch, objects, ledger, clock, random, timers, telemetry, emailKey },
  );
});
