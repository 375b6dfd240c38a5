import * as z from 'zod';
import { CODECS } from '../domain/raw-compression.ts';
import type { VariablesOf } from '../runtime/environment.ts';

/** What ingest-files has to be told; lib/ sets exactly these. */
export const ingestFilesEnvironment = z.object({
  METRICS_NAMESPACE: z.string().min(1),
  /** Where files are dropped, and reports on them written. */
  LANDING_BUCKET: z.string().min(1),
  RAW_BUCKET: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  COMPRESSION_CODEC: z.enum(CODECS),
  COMPRESSION_LEVEL: z.coerce.number().int().min(1).max(19),
});

export type IngestFilesVariables = VariablesOf<typeof ingestFilesEnvironment>;
