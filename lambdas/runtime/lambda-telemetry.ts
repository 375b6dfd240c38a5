import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { CountedPart, MeasureUnit, Telemetry, TelemetryFields } from '../ports/telemetry.ts';
import { type LoggableFields, loggableFields } from './telemetry-fields.ts';

interface LogSink {
  info(message: string, fields: LoggableFields): void;
  warn(message: string, fields: LoggableFields): void;
  error(message: string, fields: LoggableFields): void;
}

interface MetricSink {
  addMetric(name: string, unit: MeasureUnit, value: number): void;
  publishStoredMetrics(): void;
  /** A sink of one metric, which leaves at once. */
  singleMetric(): {
    addDimension(name: string, value: string): void;
    addMetric(name: string, unit: MeasureUnit, value: number): void;
  };
}

/**
 * Structured log lines and CloudWatch metrics (embedded in the log) of one function. Counts are summed over an
 * invocation and leave with `flush`, with the measures in one line for all; each part of a count has a line of its own,
 * since the dimensions of a line hold for all its metrics.
 */
export class LambdaTelemetry implements Telemetry {
  readonly #logger: LogSink;
  readonly #metrics: MetricSink;
  readonly #counts = new Map<string, number>();
  /** metric -> reason -> count. */
  readonly #parts = new Map<string, Map<string, number>>();
  #isMeasured = false;

  constructor(sinks: { logger: LogSink; metrics: MetricSink }) {
    this.#logger = sinks.logger;
    this.#metrics = sinks.metrics;
  }

  info(message: string, fields: TelemetryFields = {}): void {
    this.#logger.info(message, loggableFields(fields));
  }

  warn(message: string, fields: TelemetryFields = {}): void {
    this.#logger.warn(message, loggableFields(fields));
  }

  error(message: string, fields: TelemetryFields = {}): void {
    this.#logger.error(message, loggableFields(fields));
  }

  count(metric: string, value: number, part?: CountedPart): void {
    if (part === undefined) add(this.#counts, metric, value);
    else add(this.#partsOf(metric), part.reason, value);
  }

  measure(metric: string, value: number, unit: MeasureUnit): void {
    this.#isMeasured = true;
    this.#metrics.addMetric(metric, unit, value);
  }

  flush(): void {
    this.#flushParts();
    if (this.#counts.size === 0 && !this.#isMeasured) return;
    for (const [name, value] of this.#counts) this.#metrics.addMetric(name, MetricUnit.Count, value);
    this.#counts.clear();
    this.#isMeasured = false;
    this.#metrics.publishStoredMetrics();
  }

  #partsOf(metric: string): Map<string, number> {
    const parts = this.#parts.get(metric) ?? new Map<string, number>();
    this.#parts.set(metric, parts);
    return parts;
  }

  #flushParts(): void {
    for (const [name, parts] of this.#parts) {
      for (const [reason, value] of parts) {
        const metric = this.#metrics.singleMetric();
        metric.addDimension('reason', reason);
        metric.addMetric(name, MetricUnit.Count, value);
      }
    }
    this.#parts.clear();
  }
}

function add(counts: Map<string, number>, name: string, value: number): void {
  counts.set(name, (counts.get(name) ?? 0) + value);
}

/** `service` becomes a dimension of all metrics; `namespace` names the product and the stage. */
export function openTelemetry(names: {
  readonly service: string;
  readonly namespace: string;
}): LambdaTelemetry {
  return new LambdaTelemetry({
    logger: new Logger({ serviceName: names.service }),
    metrics: new Metrics({ serviceName: names.service, namespace: names.namespace }),
  });
}
