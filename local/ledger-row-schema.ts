import * as z from 'zod';
import { LEDGER_ORIGINS, LEDGER_SOURCES, type LedgerRow, OBJECT_KINDS } from '../lambdas/domain/ledger.ts';

const LEDGER_OBJECT = z.object({
  kind: z.enum(OBJECT_KINDS),
  key: z.string(),
  ingestDate: z.string(),
  ingestHour: z.string(),
  sha256: z.string(),
  records: z.number(),
  sizeBytes: z.number(),
  storedSha256: z.string().default(''),
});

/** A ledger row as it is read back from storage. */
export const LEDGER_ROW = z.object({
  ledgerId: z.string(),
  source: z.enum(LEDGER_SOURCES),
  origin: z.enum(LEDGER_ORIGINS).default('stream'),
  recoveredFrom: z.string().nullable().default(null),
  shardId: z.string(),
  firstSequence: z.string(),
  lastSequence: z.string(),
  objects: z.array(LEDGER_OBJECT),
  received: z.number(),
  accepted: z.number(),
  duplicate: z.number(),
  quarantined: z.number(),
  quarantineReasons: z.record(z.string(), z.number()),
  dedupBypassed: z.number(),
  minEventTime: z.string().nullable(),
  maxEventTime: z.string().nullable(),
  minArrivalTime: z.string(),
  maxArrivalTime: z.string(),
  eventDates: z.array(z.string()),
  // Nine tenths of a ledger's text. Only this program writes it, and to look at each number again costs a run seconds.
  countsByTypeAndMinute: z.custom<LedgerRow['countsByTypeAndMinute']>(
    (value) => typeof value === 'object' && value !== null,
  ),
  orders: z.number(),
  revenueByCurrency: z.record(z.string(), z.string()),
  sessionSketch: z.string(),
  fileName: z.string().optional(),
}) satisfies z.ZodType<LedgerRow>;
