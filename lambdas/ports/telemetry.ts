/** Counts and coordinates only: never an event's body, never an id of a person (promise 13). */
export type TelemetryFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Telemetry {
  info(message: string, fields?: TelemetryFields): void;
  warn(message: string, fields?: TelemetryFields): void;
  error(message: string, fields?: TelemetryFields): void;
  /** Adds to a metric; the name is PascalCase as CloudWatch shows it. */
  count(metric: string, value: number): void;
}
