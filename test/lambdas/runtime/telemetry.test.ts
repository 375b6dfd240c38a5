import { expect, it } from 'vitest';
import { LambdaTelemetry } from '../../../lambdas/runtime/lambda-telemetry.ts';
import { loggableFields } from '../../../lambdas/runtime/telemetry-fields.ts';

class Sinks {
  readonly lines: unknown[] = [];
  readonly metrics: Record<string, number> = {};
  readonly units: Record<string, string> = {};
  published = 0;
  readonly logger = {
    info: (...line: unknown[]) => void this.lines.push(line),
    warn: (...line: unknown[]) => void this.lines.push(line),
    error: (...line: unknown[]) => void this.lines.push(line),
  };
  readonly metricSink = {
    addMetric: (name: string, unit: string, value: number) => {
      this.metrics[name] = value;
      this.units[name] = unit;
    },
    singleMetric: () => {
      const dimensions: string[] = [];
      return {
        addDimension: (name: string, value: string) => void dimensions.push(`${name}=${value}`),
        addMetric: (name: string, _: string, value: number) => {
          this.metrics[[name, ...dimensions].join(' ')] = value;
        },
      };
    },
    publishStoredMetrics: () => {
      this.published += 1;
    },
  };
}

function open(sinks: Sinks): LambdaTelemetry {
  return new LambdaTelemetry({ logger: sinks.logger, metrics: sinks.metricSink });
}

it.each<[string, object]>([
  ['a field that is not on the list', { email: 'plain text' }],
  ['an e-mail address in a field that is', { detail: 'no such user canary@example.com' }],
  ['an event body', { detail: '{"event_id":"canary"}' }],
  ['an HTML page', { detail: '<html>canary</html>' }],
  ['a text of any length', { detail: 'canary'.repeat(100) }],
])('fault 56: %s is never logged, and that something was held back is', (_, fields) => {
  const sinks = new Sinks();
  const telemetry = open(sinks);

  telemetry.info('m', fields);
  telemetry.warn('m', fields);
  telemetry.error('m', fields);

  expect(JSON.stringify(sinks.lines)).not.toMatch(/canary|plain/);
  expect(sinks.lines).toEqual(Array(3).fill(['m', { withheldFields: 1 }]));
});

it('counts, coordinates and reasons are logged as they are', () => {
  const fields = {
    ledgerId: 'events/shardId-000000000000/1-9-9-ab',
    received: 9,
    isNew: true,
    clock_skew: 2,
  };

  expect(loggableFields(fields)).toEqual(fields);
});

it('counts are summed over an invocation and published once', () => {
  const sinks = new Sinks();
  const telemetry = open(sinks);

  telemetry.count('EventsReceived', 2);
  telemetry.count('EventsReceived', 3);
  telemetry.count('DedupBypassed', 0);
  telemetry.flush();
  telemetry.flush();

  expect(sinks.metrics).toEqual({ EventsReceived: 5, DedupBypassed: 0 });
  expect(sinks.published).toBe(1);
});

it('a part of a count is summed beside the whole, under its reason', () => {
  const sinks = new Sinks();
  const telemetry = open(sinks);

  telemetry.count('EventsQuarantined', 5);
  telemetry.count('EventsQuarantined', 2, { reason: 'not_json' });
  telemetry.count('EventsQuarantined', 1, { reason: 'not_json' });
  telemetry.count('EventsQuarantined', 2, { reason: 'too_large' });
  telemetry.flush();
  telemetry.flush();

  expect(sinks.metrics).toEqual({
    EventsQuarantined: 5,
    'EventsQuarantined reason=not_json': 3,
    'EventsQuarantined reason=too_large': 2,
  });
});

it('a measure keeps its unit and is published with the counts', () => {
  const sinks = new Sinks();
  const telemetry = open(sinks);

  telemetry.measure('ClaimLatency', 12, 'Milliseconds');
  telemetry.flush();

  expect(sinks.metrics).toEqual({ ClaimLatency: 12 });
  expect(sinks.units).toEqual({ ClaimLatency: 'Milliseconds' });
  expect(sinks.published).toBe(1);
});
