import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import { allow } from './rights.ts';

const BYTES_PER_GB = 1_000_000_000;

const RUNNING = [
  'athena:StartQueryExecution',
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:ListQueryExecutions',
  'athena:BatchGetQueryExecution',
  'athena:StopQueryExecution',
] as const;

export interface WorkGroupProps {
  readonly name: string;
  readonly description: string;
  readonly results: DataBucket;
  /** Where in the results bucket, with a closing slash. */
  readonly prefix: string;
  readonly scanLimitGb: number;
  readonly isRetained: boolean;
}

/** An Athena work group whose settings no client overrides: where results go, encrypted, and how much a query scans. */
export class WorkGroup extends Construct {
  readonly #props: WorkGroupProps;

  constructor(scope: Construct, id: string, props: WorkGroupProps) {
    super(scope, id);
    this.#props = props;
    new CfnWorkGroup(this, 'WorkGroup', {
      name: props.name,
      description: props.description,
      recursiveDeleteOption: !props.isRetained,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: props.scanLimitGb * BYTES_PER_GB,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${props.results.bucket.bucketName}/${props.prefix}`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }

  /** Lets the role run statements here, keep their results, and stop what an earlier run left open (promise 12). */
  forRunning(role: iam.Role): string {
    const stack = Stack.of(this);
    const { name, prefix, results } = this.#props;
    allow(role, RUNNING, [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: name })]);
    allow(
      role,
      ['athena:GetDataCatalog'],
      [stack.formatArn({ service: 'athena', resource: 'datacatalog', resourceName: 'AwsDataCatalog' })],
    );
    results.forResults(role, [prefix]);
    return name;
  }
}
