import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { DataBucket } from './data-bucket.ts';
import { allow } from './rights.ts';

/**
 * Sends batches that a mapping gives up to a bucket, whole: a queue would get their coordinates alone. CDK's own
 * S3OnFailureDestination would let the function read and delete everything there.
 */
export class FailureBucketDestination implements lambda.IEventSourceDlq {
  readonly #failures: DataBucket;
  readonly #role: iam.Role;

  constructor(failures: DataBucket, role: iam.Role) {
    this.#failures = failures;
    this.#role = role;
  }

  bind(): lambda.DlqDestinationConfig {
    const { bucket } = this.#failures;
    this.#failures.forAdding(this.#role, ['aws/lambda/']);
    allow(this.#role, ['s3:ListBucket'], [bucket.bucketArn]);
    return { destination: bucket.bucketArn };
  }
}
