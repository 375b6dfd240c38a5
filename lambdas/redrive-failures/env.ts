import * as z from 'zod';
import { consumeEventsEnvironment } from '../consume-events/env.ts';
import type { VariablesOf } from '../runtime/environment.ts';

/** What redrive-failures has to be told: all that the consumer is, since it lands as the consumer does. */
export const redriveFailuresEnvironment = consumeEventsEnvironment.extend({
  FAILURES_BUCKET: z.string().min(1),
  /** For failures that hold positions only. */
  STREAM_NAME: z.string().min(1),
});

export type RedriveFailuresVariables = VariablesOf<typeof redriveFailuresEnvironment>;
