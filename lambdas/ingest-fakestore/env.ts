import * as z from 'zod';
import type { VariablesOf } from '../runtime/environment.ts';

/** What ingest-fakestore has to be told; lib/ sets exactly these. */
export const ingestFakestoreEnvironment = z.object({
  METRICS_NAMESPACE: z.string().min(1),
  FAKESTORE_URL: z.url(),
  RAW_BUCKET: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  /** Secret with the key of the e-mail hashes. */
  EMAIL_KEY_SECRET_ARN: z.string().min(1),
});

export type IngestFakestoreVariables = VariablesOf<typeof ingestFakestoreEnvironment>;
