import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Telemetry, TelemetryFields } from '../ports/telemetry.ts';
import { loggableFields } from './telemetry-fields.ts';

interface LogSink {
  info(message: string, fields: TelemetryFields): void;
  warn(message: string, fields: TelemetryFields): void;
  error(message: string, fields: TelemetryFields): void;
}

interface MetricSink {
  addMetric(name: string, unit: typeof MetricUnit.Count, value: number): void;
  publishStoredMetrics(): void;
}

/**
 * Structured log lines and CloudWatch metrics (embedded in the log) of one function. Counts are summed over an
 * invocation and leave with `flush`, one line for all.
 */
export class LambdaTelemetry implements Telemetry {
  readonly #logger: LogSink;
  readonly #metrics: MetricSink;
  readonly #counts = new Map<string, number>();

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

  count(metric: string, value: number): void {
    this.#counts.set(metric, (this.#counts.get(metric) ?? 0) + value);
  }

  flush(): void {
    if (this.#counts.size === 0) return;
    for (const [name, value] of this.#counts) this.#metrics.addMetric(name, MetricUnit.Count, value);
    this.#counts.clear();
    this.#metrics.publishStoredMetrics();
  }
}

/** `service` becomes the only dimension of the metrics; `namespace` names the product and the stage. */
export function openTelemetry(names: {
  readonly service: string;
  readonly namespace: string;
}): LambdaTelemetry {
  return new LambdaTelemetry({
    logger: new Logger({ serviceName: names.service }),
    metrics: new Metrics({ serviceName: names.service, namespace: names.namespace }),
  });
}
