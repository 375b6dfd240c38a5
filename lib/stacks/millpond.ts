import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { StageSettings } from '../settings/stage-settings.ts';
import { BatchStack } from './batch-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { QueryStack } from './query-stack.ts';
import { StorageStack } from './storage-stack.ts';
import { StreamingStack } from './streaming-stack.ts';

export interface Millpond {
  readonly storage: StorageStack;
  readonly streaming: StreamingStack;
  readonly query: QueryStack;
  readonly batch: BatchStack;
  readonly observability: ObservabilityStack;
}

/**
 * The stacks of one stage, in the order in which data flows, and the rules that they are checked against at each
 * synthesis. They belong to no account or region until they are deployed.
 */
export function addMillpond(app: App, settings: StageSettings): Millpond {
  const named = (name: string): string => `millpond-${settings.stage}-${name}`;
  const props = { terminationProtection: settings.isRetained };
  const storage = new StorageStack(app, named('storage'), settings, props);
  const streaming = new StreamingStack(app, named('streaming'), settings, { ...props, storage });
  const query = new QueryStack(app, named('query'), settings, { ...props, storage });
  const batch = new BatchStack(app, named('batch'), settings, {
    ...props,
    storage,
    query,
    ledger: streaming.ledger,
    stream: streaming.stream,
  });
  const observability = new ObservabilityStack(app, named('observability'), settings, {
    ...props,
    streaming,
    batch,
  });
  Tags.of(app).add('application', 'millpond');
  Tags.of(app).add('stage', settings.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { storage, streaming, query, batch, observability };
}
