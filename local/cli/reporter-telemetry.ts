import type { Telemetry, TelemetryFields } from '../../lambdas/ports/telemetry.ts';
import type { Reporter } from './progress.ts';

/** The use cases' telemetry on a laptop: warnings and errors are said; counts are kept for the command's own words. */
export class ReporterTelemetry implements Telemetry {
  readonly #reporter: Reporter;
  readonly #counts = new Map<string, number>();

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  info(): void {
    // The commands say themselves how far they are.
  }

  warn(message: string, fields?: TelemetryFields): void {
    this.#reporter.warn(described(message, fields));
  }

  error(message: string, fields?: TelemetryFields): void {
    this.#reporter.warn(described(message, fields));
  }

  count(metric: string, value: number): void {
    this.#counts.set(metric, this.counted(metric) + value);
  }

  /** The sum of a metric so far. */
  counted(metric: string): number {
    return this.#counts.get(metric) ?? 0;
  }
}

function described(message: string, fields: TelemetryFields = {}): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name} ${String(value)}`);
  return parts.length === 0 ? message : `${message} (${parts.join(', ')})`;
}
