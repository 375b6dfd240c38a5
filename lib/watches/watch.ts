import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export const MINUTES_5 = Duration.minutes(5);

/** What wakes somebody. */
export interface Watch {
  /** Names the alarm, and its article in docs/alarms.md. */
  readonly id: string;
  readonly description: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** Of so many periods, all must be bad. */
  readonly periods?: number;
}

/** The alarm of a watch; its description ends with where to read what to do. */
export function alarmOf(scope: Construct, watch: Watch): cloudwatch.Alarm {
  const periods = watch.periods ?? 1;
  return new cloudwatch.Alarm(scope, watch.id, {
    alarmDescription: `${watch.description} What to do: ${articleOf(watch.id)}.`,
    metric: watch.metric,
    threshold: watch.threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}

/** `docs/alarms.md#given-up-batches` of `GivenUpBatches`. */
function articleOf(id: string): string {
  const anchor = id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `docs/alarms.md#${anchor}`;
}

/** A metric of our functions, which they write under their own name as `service`. */
export function functionMetric(
  namespace: string,
  service: string,
  metricName: string,
  statistic = 'Sum',
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace,
    metricName,
    dimensionsMap: { service },
    statistic,
    period: MINUTES_5,
  });
}

export function deadLetterWatch(id: string, description: string, queue: IQueue): Watch {
  const metric = queue.metricApproximateNumberOfMessagesVisible({
    period: MINUTES_5,
    statistic: 'Maximum',
  });
  return { id, description, metric, threshold: 1 };
}
