import * as z from 'zod';
import { CODECS } from '../domain/raw-compression.ts';
import type { VariablesOf } from '../runtime/environment.ts';

/** What consume-events has to be told; lib/ sets exactly these. */
export const consumeEventsEnvironment = z.object({
  METRICS_NAMESPACE: z.string().min(1),
  RAW_BUCKET: z.string().min(1),
  CLAIMS_TABLE: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  /** `owner`: each event_id is claimed. `ledger`: none is, and the MERGE alone finds copies. */
  DEDUP: z.enum(['owner', 'ledger']),
  CLAIM_TTL_MS: z.coerce.number().int().positive(),
  COMPRESSION_CODEC: z.enum(CODECS),
  COMPRESSION_LEVEL: z.coerce.number().int().min(1).max(19),
});

export type ConsumeEventsVariables = VariablesOf<typeof consumeEventsEnvironment>;
