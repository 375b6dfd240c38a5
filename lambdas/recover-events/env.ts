import * as z from 'zod';
import { consumeEventsEnvironment } from '../consume-events/env.ts';
import type { VariablesOf } from '../runtime/environment.ts';

/** What recover-events has to be told: all that the consumer is, since what comes back lands as it would have landed. */
export const recoverEventsEnvironment = consumeEventsEnvironment.extend({
  /** Where the records of a broken object are read again. */
  STREAM_NAME: z.string().min(1),
});

export type RecoverEventsVariables = VariablesOf<typeof recoverEventsEnvironment>;
