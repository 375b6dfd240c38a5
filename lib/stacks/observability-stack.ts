import { Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { batchWatches } from '../watches/batch-watches.ts';
import { dashboardGraphs } from '../watches/dashboard-graphs.ts';
import { streamWatches } from '../watches/stream-watches.ts';
import { alarmOf } from '../watches/watch.ts';
import type { BatchStack } from './batch-stack.ts';
import { metricsNamespace } from './metrics-namespace.ts';
import type { StreamingStack } from './streaming-stack.ts';

export interface ObservabilityStackProps extends StackProps {
  readonly streaming: StreamingStack;
  readonly batch: BatchStack;
}

/** What wakes somebody, and one page to look at then. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, props: ObservabilityStackProps) {
    super(scope, id, props);
    const namespace = metricsNamespace(settings.stage);
    const topic = new AlarmTopic(this, 'Alarms', { emails: settings.alarmEmails });
    const watches = [...streamWatches(props.streaming, namespace), ...batchWatches(props.batch, namespace)];
    const alarms = watches.map((watch) => alarmOf(this, watch));
    for (const alarm of alarms) topic.hears(alarm);
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `millpond-${settings.stage}`,
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms, width: 24 })],
        ...dashboardGraphs(namespace),
      ],
    });
  }
}
