import type { CountedPart, MeasureUnit, Telemetry, TelemetryFields } from '../../lambdas/ports/telemetry.ts';

export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: TelemetryFields;
}

export interface Measured {
  readonly metric: string;
  readonly value: number;
  readonly unit: MeasureUnit;
}

/** Keeps what was said, counted and measured. */
export class MemoryTelemetry implements Telemetry {
  readonly lines: LoggedLine[] = [];
  /** By metric; a part of a metric stands under `<metric> <reason>`. */
  readonly counts = new Map<string, number>();
  readonly measures: Measured[] = [];

  info(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: TelemetryFields = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }

  count(metric: string, value: number, part?: CountedPart): void {
    const name = part === undefined ? metric : `${metric} ${part.reason}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + value);
  }

  measure(metric: string, value: number, unit: MeasureUnit): void {
    this.measures.push({ metric, value, unit });
  }
}
