import type { Context } from 'aws-lambda';
import type { LambdaTelemetry } from './lambda-telemetry.ts';
import { safeError } from './safe-error.ts';

export type Invocation<Input, Output> = (event: Input, context: Context) => Promise<Output>;

/**
 * Names each failure in the log, lets it pass to Lambda as a copy that Lambda may log, and flushes the metrics whatever
 * happened.
 */
export function observed<Input, Output>(
  telemetry: LambdaTelemetry,
  work: Invocation<Input, Output>,
): Invocation<Input, Output> {
  return async (event, context) => {
    try {
      return await work(event, context);
    } catch (error) {
      telemetry.error('invocation failed', {
        error: error instanceof Error ? error.name : 'not an Error',
        requestId: context.awsRequestId,
      });
      throw safeError(error);
    } finally {
      telemetry.flush();
    }
  };
}
