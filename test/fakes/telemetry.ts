import type { Telemetry, TelemetryFields } from '../../lambdas/ports/telemetry.ts';

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: TelemetryFields;
}

/** Keeps what was said and counted. */
export class MemoryTelemetry implements Telemetry {
  readonly lines: LoggedLine[] = [];
  readonly counts = new Map<string, number>();

  info(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }

  count(metric: string, value: number): void {
    this.counts.set(metric, (this.counts.get(metric) ?? 0) + value);
  }
}
