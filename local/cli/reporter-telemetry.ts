import type { CountedPart, Telemetry, TelemetryFields } from '../../lambdas/ports/telemetry.ts';
import type { Reporter } from './progress.ts';

/** Keeps the counts and says nothing: for work whose command sums it up itself. Nobody on a laptop reads measures. */
export class CountingTelemetry implements Telemetry {
  readonly #counts = new Map<string, number>();

  info(): void {}

  warn(_message: string, _fields?: TelemetryFields): void {}

  error(_message: string, _fields?: TelemetryFields): void {}

  count(metric: string, value: number, part?: CountedPart): void {
    if (part === undefined) this.#counts.set(metric, this.counted(metric) + value);
  }

  measure(): void {}

  /** The sum of a metric so far. */
  counted(metric: string): number {
    return this.#counts.get(metric) ?? 0;
  }
}

/** Counts, and says errors on stderr; what is merely worth a warning stands in the command's own report. */
export class ReporterTelemetry extends CountingTelemetry {
  readonly #reporter: Reporter;

  constructor(reporter: Reporter) {
    super();
    this.#reporter = reporter;
  }

  override error(message: string, fields?: TelemetryFields): void {
    this.#reporter.warn(described(message, fields));
  }
}

function described(message: string, fields: TelemetryFields = {}): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? message : `${message} (${parts.join(', ')})`;
}
