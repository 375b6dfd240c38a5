import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { BatchStack } from './batch-stack.ts';
import { metricsNamespace } from './metrics-namespace.ts';
import type { StreamingStack } from './streaming-stack.ts';

const MINUTES_5 = Duration.minutes(5);
const TEN_MINUTES_MS = 600_000;

/** What wakes somebody, and one page to look at then. */
interface Watch {
  readonly id: string;
  readonly description: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** Of so many periods, all must be bad. */
  readonly periods?: number;
}

export interface ObservabilityStackProps extends StackProps {
  readonly streaming: StreamingStack;
  readonly batch: BatchStack;
}

export class ObservabilityStack extends Stack {
  readonly #namespace: string;

  constructor(scope: Construct, id: string, settings: StageSettings, props: ObservabilityStackProps) {
    super(scope, id, props);
    this.#namespace = metricsNamespace(settings.stage);
    const topic = new AlarmTopic(this, 'Alarms', { emails: settings.alarmEmails });
    const watches = [...this.#streamingWatches(props.streaming), ...this.#batchWatches(props.batch)];
    const alarms = watches.map((watch) => this.#alarm(watch));
    for (const alarm of alarms) topic.hears(alarm);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `millpond-${settings.stage}`,
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 })],
        [
          this.#graph('Events', 'consume-events', ['EventsAccepted', 'EventsDuplicate', 'EventsQuarantined']),
          this.#graph('Store', 'ingest-fakestore', [
            'FakestoreAccepted',
            'FakestoreUnchanged',
            'FakestoreRefused',
          ]),
        ],
      ],
    });
  }

  #streamingWatches({ stream, mapping, consumer }: StreamingStack): readonly Watch[] {
    return [
      {
        id: 'IteratorAge',
        description: 'The consumer is more than 10 minutes behind; records are given up after 24 hours.',
        metric: stream.metricGetRecordsIteratorAgeMilliseconds({ period: MINUTES_5, statistic: 'Maximum' }),
        threshold: TEN_MINUTES_MS,
      },
      {
        id: 'ConsumerErrors',
        description: 'The consumer fails: its batches are retried, and the stream behind them waits.',
        metric: consumer.function.metricErrors({ period: MINUTES_5 }),
        threshold: 1,
        periods: 3,
      },
      {
        id: 'GivenUpBatches',
        description: 'A batch went to the failure bucket; redrive it.',
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
      {
        id: 'BypassedDedup',
        description: 'Events were accepted without a claim: the claims table does not answer, or throttles.',
        metric: this.#counted('consume-events', 'DedupBypassed', MINUTES_5),
        threshold: 1,
      },
    ];
  }

  #batchWatches({ machine, ingestion, work, missedSlots }: BatchStack): readonly Watch[] {
    return [
      {
        id: 'FailedRun',
        description: 'A run of the lake failed: a check found bad rows, or the engine an error.',
        metric: machine.stateMachine.metricFailed({ period: MINUTES_5 }),
        threshold: 1,
      },
      {
        id: 'EndlessRun',
        description: 'A run of the lake was not done within its 6 hours.',
        metric: machine.stateMachine.metricTimedOut({ period: MINUTES_5 }),
        threshold: 1,
      },
      {
        id: 'RunErrors',
        description: 'The executor of runs throws; the state machine tries again 3 times.',
        metric: work.function.metricErrors({ period: MINUTES_5 }),
        threshold: 1,
      },
      {
        id: 'RefusedSnapshot',
        description: 'The store API answers what must not be taken; the last good snapshot stays.',
        metric: this.#counted('ingest-fakestore', 'FakestoreRefused', MINUTES_5),
        threshold: 1,
      },
      {
        id: 'UnavailableStore',
        description: 'The store API does not answer; the last good snapshot stays.',
        metric: this.#counted('ingest-fakestore', 'FakestoreUnavailable', MINUTES_5),
        threshold: 1,
      },
      {
        id: 'IngestionErrors',
        description: 'The ingestion of the store throws.',
        metric: ingestion.function.metricErrors({ period: MINUTES_5 }),
        threshold: 1,
      },
      ...(ingestion.deadLetters === null
        ? []
        : [deadLetterWatch('DeadIngestions', 'An ingestion failed for good.', ingestion.deadLetters)]),
      deadLetterWatch('MissedSlots', 'A schedule could not reach its target.', missedSlots),
    ];
  }

  #alarm(watch: Watch): cloudwatch.Alarm {
    const periods = watch.periods ?? 1;
    return new cloudwatch.Alarm(this, watch.id, {
      alarmDescription: watch.description,
      metric: watch.metric,
      threshold: watch.threshold,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  #counted(service: string, metricName: string, period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: this.#namespace,
      metricName,
      dimensionsMap: { service },
      statistic: 'Sum',
      period,
    });
  }

  #graph(title: string, service: string, metrics: readonly string[]): cloudwatch.GraphWidget {
    const left = metrics.map((metric) => this.#counted(service, metric, MINUTES_5));
    return new cloudwatch.GraphWidget({ title, left, width: 12 });
  }
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

function deadLetterWatch(id: string, description: string, queue: IQueue): Watch {
  const metric = queue.metricApproximateNumberOfMessagesVisible({
    period: MINUTES_5,
    statistic: 'Maximum',
  });
  return { id, description, metric, threshold: 1 };
}
