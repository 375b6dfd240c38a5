import { REJECTION_REASONS } from '../domain/events/rejection.ts';
import type { TelemetryFields } from '../ports/telemetry.ts';

/** Every field that a log line may carry: counts, coordinates and names of our own. */
const LOGGED_FIELDS = [
  'accepted',
  'attempts',
  'bad_rows',
  'check',
  'consecutiveFailures',
  'dedupBypassed',
  'detail',
  'duplicate',
  'entities',
  'error',
  'failure',
  'fields',
  'isNew',
  'kind',
  'ledgerId',
  'outcome',
  'quarantined',
  'received',
  'request_id',
  'run_id',
  ...REJECTION_REASONS,
] as const;

const allowed: ReadonlySet<string> = new Set(LOGGED_FIELDS);

/** Text of our own making has neither an at sign (e-mail) nor brackets (JSON, HTML), and is short. */
const PLAIN_TEXT = /^[^@{}<>]{0,300}$/;

/**
 * What may be logged of the given fields: those of the list, and of their texts only plain ones. How many were held
 * back is said, so that a field which is missing from the list is noticed (promise 13).
 */
export function loggableFields(fields: TelemetryFields): TelemetryFields {
  const kept: Record<string, TelemetryFields[string]> = {};
  let withheld = 0;
  for (const [name, value] of Object.entries(fields)) {
    const isPlain = typeof value !== 'string' || PLAIN_TEXT.test(value);
    if (allowed.has(name) && isPlain) kept[name] = value;
    else withheld += 1;
  }
  return withheld === 0 ? kept : { ...kept, withheld_fields: withheld };
}
