import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { REJECTION_REASONS } from '../../lambdas/domain/events/rejection.ts';
import { functionMetric, MINUTES_5 } from './watch.ts';

const CONSUMER = 'consume-events';

/** The graphs of the dashboard, two in a row, in the order in which data flow. */
export function dashboardGraphs(namespace: string): cloudwatch.IWidget[][] {
  const of = (service: string, metricName: string, statistic?: string): cloudwatch.Metric =>
    functionMetric(namespace, service, metricName, statistic);
  return [
    [
      graph('Events', [
        of(CONSUMER, 'EventsAccepted'),
        of(CONSUMER, 'EventsDuplicate'),
        of(CONSUMER, 'EventsQuarantined'),
      ]),
      graph('Quarantined, by reason', quarantinedByReason(namespace)),
    ],
    [
      graph('Behind the stream, ms', [
        of(CONSUMER, 'IteratorAge', 'Maximum'),
        of(CONSUMER, 'IteratorAge', 'p50'),
        of(CONSUMER, 'InvocationsCut'),
      ]),
      graph('Claims of a batch, ms', [
        of(CONSUMER, 'ClaimLatency', 'p50'),
        of(CONSUMER, 'ClaimLatency', 'p90'),
        of(CONSUMER, 'DedupBypassed'),
      ]),
    ],
    [
      graph('Objects, bytes', [of(CONSUMER, 'ObjectBytes', 'p50'), of(CONSUMER, 'ObjectBytes', 'Sum')]),
      graph('Brought back', [
        of('redrive-failures', 'BatchesRedriven'),
        of('redrive-failures', 'EventsAccepted'),
        of('redrive-failures', 'FailuresRemaining', 'Maximum'),
        of('recover-events', 'EventsReplayed'),
        of('run-lake', 'ObjectsSetAside'),
        of('recover-events', 'ObjectsRebuilt'),
      ]),
    ],
    [
      graph('Store', [
        of('ingest-fakestore', 'FakestoreAccepted'),
        of('ingest-fakestore', 'FakestoreUnchanged'),
        of('ingest-fakestore', 'FakestoreRefused'),
      ]),
      graph('Files', [
        of('ingest-files', 'FilesLanded'),
        of('ingest-files', 'FilesSkipped'),
        of('ingest-files', 'FilesRefused'),
        of('ingest-files', 'FileRowsQuarantined'),
      ]),
    ],
  ];
}

/** A series for each reason that there can be: their set is closed. */
function quarantinedByReason(namespace: string): readonly cloudwatch.Metric[] {
  return REJECTION_REASONS.map(
    (reason) =>
      new cloudwatch.Metric({
        namespace,
        metricName: 'EventsQuarantined',
        dimensionsMap: { service: CONSUMER, reason },
        label: reason,
        statistic: 'Sum',
        period: MINUTES_5,
      }),
  );
}

function graph(title: string, left: readonly cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left: [...left], width: 12 });
}
