import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LakeDatabase } from '../constructs/lake-database.ts';
import { WorkGroup } from '../constructs/work-group.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { StorageStack } from './storage-stack.ts';

/** The database, and the two ways to query it: for runs and for people. */
export class QueryStack extends Stack {
  readonly database: LakeDatabase;
  readonly pipeline: WorkGroup;
  readonly analyst: WorkGroup;

  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    props: StackProps & { readonly storage: StorageStack },
  ) {
    super(scope, id, props);
    const { stage, isRetained } = settings;
    const { results } = props.storage;
    this.database = new LakeDatabase(this, 'Database', { name: `millpond_${stage}` });
    this.pipeline = new WorkGroup(this, 'Pipeline', {
      name: `millpond-${stage}-pipeline`,
      description: 'Statements of runs',
      results,
      prefix: 'pipeline/',
      scanLimitGb: settings.pipelineScanLimitGb,
      isRetained,
    });
    this.analyst = new WorkGroup(this, 'Analyst', {
      name: `millpond-${stage}-analyst`,
      description: 'Queries of people and their tools',
      results,
      prefix: 'analyst/',
      scanLimitGb: settings.analystScanLimitGb,
      isRetained,
    });
  }
}
