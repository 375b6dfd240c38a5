import * as z from 'zod';
import type { VariablesOf } from '../runtime/environment.ts';

/** What run-lake has to be told; lib/ sets exactly these. */
export const runLakeEnvironment = z.object({
  METRICS_NAMESPACE: z.string().min(1),
  RAW_BUCKET: z.string().min(1),
  LAKE_BUCKET: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  STREAM_NAME: z.string().min(1),
  DATABASE: z.string().min(1),
  WORK_GROUP: z.string().min(1),
  ALLOWED_LATENESS_MS: z.coerce.number().int().nonnegative(),
  /** Empty: that of the first purchase staged. */
  REPORTING_CURRENCY: z
    .union([z.literal(''), z.string().regex(/^[A-Z]{3}$/)])
    .transform((code) => (code === '' ? null : code)),
});

export type RunLakeVariables = VariablesOf<typeof runLakeEnvironment>;
