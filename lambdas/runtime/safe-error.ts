import { isPlainText } from './telemetry-fields.ts';

const MAX_CAUSES = 5;
const WITHHELD = 'its message may hold data and is withheld';

/**
 * The error as Lambda may log it: its name, its frames, its causes, and its message when that is of our making. Services
 * repeat in theirs what they were sent, and JSON.parse what it was given.
 */
export function safeError(error: unknown, causesLeft = MAX_CAUSES): Error {
  if (!(error instanceof Error)) return new Error('what was thrown is no Error');
  const hasCause = error.cause !== undefined && causesLeft > 0;
  const safe = new Error(
    safeMessage(error),
    hasCause ? { cause: safeError(error.cause, causesLeft - 1) } : {},
  );
  safe.name = error.name;
  safe.stack = [`${safe.name}: ${safe.message}`, ...framesOf(error)].join('\n');
  return safe;
}

function safeMessage(error: Error): string {
  const answer = '$metadata' in error ? error.$metadata : null;
  if (answer !== null) return `a service refused${statusOf(answer)}; ${WITHHELD}`;
  if (error instanceof SyntaxError || !isPlainText(error.message)) return WITHHELD;
  return error.message;
}

/** What to ask the service's own log for. */
function statusOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return '';
  const status = 'httpStatusCode' in answer ? ` with HTTP ${String(answer.httpStatusCode)}` : '';
  const request = 'requestId' in answer ? `, request ${String(answer.requestId)}` : '';
  return `${status}${request}`;
}

function framesOf(error: Error): readonly string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
}
