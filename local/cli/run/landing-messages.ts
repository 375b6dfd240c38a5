import * as z from 'zod';
import { STORAGE_FAULTS } from '../../storage-error.ts';

/** What a landing thread is given. */
export const LANDING_TASK = z.object({
  lakeFolder: z.string(),
  shardIds: z.array(z.string()),
  discardAfter: z.number().optional(),
});
export type LandingTask = z.infer<typeof LANDING_TASK>;

const COUNTS = z.object({
  batches: z.number(),
  records: z.number(),
  failures: z.number(),
  discarded: z.number(),
  expired: z.number(),
  waiting: z.number(),
  isAborted: z.boolean(),
  bypassed: z.number(),
});

/** What it tells: how many records it has landed so far, and at last how it ended. */
export const LANDING_MESSAGE = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), records: z.number() }),
  z.object({ kind: z.literal('landed'), counts: COUNTS }),
  z.object({
    kind: z.literal('failed'),
    message: z.string(),
    /** Of a StorageError; an error's class does not pass from thread to thread. */
    storage: z.object({ fault: z.enum(STORAGE_FAULTS), path: z.string() }).nullable(),
  }),
]);
export type LandingMessage = z.infer<typeof LANDING_MESSAGE>;
