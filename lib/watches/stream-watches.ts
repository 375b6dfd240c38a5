import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { STREAM_RETENTION, type StreamingStack } from '../stacks/streaming-stack.ts';
import { functionMetric, MINUTES_5, type Watch } from './watch.ts';

const SERVICE = 'consume-events';
const TEN_MINUTES_MS = 600_000;
const QUARANTINED_PERCENT = 5;
/** Of fewer events in a period a share says nothing. */
const ENOUGH_EVENTS = 100;
/** A sixth of what the consumer has for a batch. */
const SLOW_CLAIMS_MS = 30_000;

/** What is watched of the stream and its consumer. */
export function streamWatches(streaming: StreamingStack, namespace: string): readonly Watch[] {
  return [
    ...lagWatches(streaming),
    ...lossWatches(streaming),
    ...recoveryWatches(streaming, namespace),
    ...consumerWatches(namespace),
  ];
}

function lagWatches({ stream, consumer }: StreamingStack): readonly Watch[] {
  const age = stream.metricGetRecordsIteratorAgeMilliseconds({ period: MINUTES_5, statistic: 'Maximum' });
  return [
    {
      id: 'IteratorAge',
      description: 'The consumer is more than 10 minutes behind; records are given up after 24 hours.',
      metric: age,
      threshold: TEN_MINUTES_MS,
    },
    {
      id: 'RetentionUsed',
      description: 'The consumer is behind by more than 1 % of the retention of the stream.',
      metric: age,
      threshold: STREAM_RETENTION.toMilliseconds() / 100,
    },
    {
      id: 'ConsumerErrors',
      description: 'The consumer fails: its batches are retried, and the stream behind them waits.',
      metric: consumer.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
      periods: 3,
    },
  ];
}

function lossWatches({ mapping }: StreamingStack): readonly Watch[] {
  return [
    {
      id: 'GivenUpBatches',
      description: 'A batch went to the failure bucket: its events are missing until it is redriven.',
      metric: mappingMetric(mapping.eventSourceMappingId, 'OnFailureDestinationDeliveredEventCount'),
      threshold: 1,
    },
    {
      id: 'DroppedEvents',
      description:
        'Events were dropped without reaching the failure bucket; they are in the stream for 7 days.',
      metric: mappingMetric(mapping.eventSourceMappingId, 'DroppedEventCount'),
      threshold: 1,
    },
  ];
}

function recoveryWatches({ redrive, recovery }: StreamingStack, namespace: string): readonly Watch[] {
  return [
    {
      id: 'RemainingFailures',
      description: 'A redrive left batches that nothing can land as they are.',
      metric: functionMetric(namespace, 'redrive-failures', 'FailuresRemaining', 'Maximum'),
      threshold: 1,
    },
    {
      id: 'RedriveErrors',
      description: 'A redrive failed; what it had landed by then is marked.',
      metric: redrive.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
    },
    {
      id: 'RecoveryErrors',
      description: 'A replay of quarantine or a rebuild of objects failed; what it had landed stands.',
      metric: recovery.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
    },
  ];
}

function consumerWatches(namespace: string): readonly Watch[] {
  return [
    {
      id: 'QuarantineRate',
      description: `Of the events of 5 minutes, ${QUARANTINED_PERCENT} % or more were quarantined.`,
      metric: quarantinedPercent(namespace),
      threshold: QUARANTINED_PERCENT,
    },
    {
      id: 'BypassedDedup',
      description: 'Events were accepted without a claim: the claims table does not answer, or throttles.',
      metric: functionMetric(namespace, SERVICE, 'DedupBypassed'),
      threshold: 1,
    },
    {
      id: 'SlowClaims',
      description: `Claims of a batch take ${SLOW_CLAIMS_MS / 1000} seconds or more.`,
      metric: functionMetric(namespace, SERVICE, 'ClaimLatency', 'p90'),
      threshold: SLOW_CLAIMS_MS,
      periods: 3,
    },
    {
      id: 'CutInvocations',
      description: 'The consumer runs out of time before the end of its batches.',
      metric: functionMetric(namespace, SERVICE, 'InvocationsCut'),
      threshold: 1,
      periods: 3,
    },
  ];
}

/** 0 while too few events come to say anything. */
function quarantinedPercent(namespace: string): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: `IF(received >= ${ENOUGH_EVENTS}, 100 * quarantined / received, 0)`,
    usingMetrics: {
      received: functionMetric(namespace, SERVICE, 'EventsReceived'),
      quarantined: functionMetric(namespace, SERVICE, 'EventsQuarantined'),
    },
    label: 'Quarantined, %',
    period: MINUTES_5,
  });
}

function mappingMetric(mappingId: string, metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { EventSourceMappingUUID: mappingId },
    statistic: 'Sum',
    period: MINUTES_5,
  });
}
