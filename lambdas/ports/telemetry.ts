import { REJECTION_REASONS, type RejectionReason } from '../domain/events/rejection.ts';

/** Every field that a log line may carry: counts, coordinates and names of our own (promise 13). */
export const LOGGED_FIELDS = [
  'accepted',
  'attempts',
  'badRows',
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
  'objectKey',
  'outcome',
  'quarantined',
  'received',
  'requestId',
  'runId',
  ...REJECTION_REASONS,
] as const;
export type LoggedField = (typeof LOGGED_FIELDS)[number];

/** Counts and coordinates only: never an event's body, never an id of a person. */
export type TelemetryFields = Readonly<Partial<Record<LoggedField, string | number | boolean | null>>>;

export const MEASURE_UNITS = ['Milliseconds', 'Bytes', 'Count'] as const;
export type MeasureUnit = (typeof MEASURE_UNITS)[number];

/** What a count may be split by. Each value is a series of its own that is paid for, so their set is closed. */
export interface CountedPart {
  readonly reason: RejectionReason;
}

export interface Telemetry {
  info(message: string, fields?: TelemetryFields): void;
  warn(message: string, fields?: TelemetryFields): void;
  error(message: string, fields?: TelemetryFields): void;
  /** Adds to a metric; the name is PascalCase as CloudWatch shows it. A `part` is counted beside the whole, not in it. */
  count(metric: string, value: number, part?: CountedPart): void;
  /** One observation of a metric whose spread matters, not its sum. */
  measure(metric: string, value: number, unit: MeasureUnit): void;
}
