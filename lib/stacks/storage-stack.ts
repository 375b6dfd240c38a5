import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { LANDING_PREFIX, REPORTS_PREFIX } from '../../lambdas/domain/datasets/landing-prefixes.ts';
import { DataBucket } from '../constructs/data-bucket.ts';
import { LandingBucket } from '../constructs/landing-bucket.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

/** Where what has arrived lies, as keys in the raw bucket begin. Nothing there is ever written twice or deleted. */
export const RAW_ZONES = ['raw/', 'duplicates/', 'quarantine/'] as const;

/** Buckets: what is dropped, what arrived, the tables, batches that were given up, results of queries. */
export class StorageStack extends Stack {
  readonly landing: LandingBucket;
  readonly raw: DataBucket;
  readonly lake: DataBucket;
  readonly failures: DataBucket;
  readonly results: DataBucket;

  constructor(scope: Construct, id: string, settings: StageSettings, props: StackProps) {
    super(scope, id, props);
    const { isRetained } = settings;
    const common = { isRetained, accessLogs: this.#accessLogs(isRetained) };
    this.landing = new LandingBucket(this, 'Landing', {
      ...common,
      prefixes: { files: LANDING_PREFIX, reports: REPORTS_PREFIX },
    });
    new CfnOutput(this, 'LandingBucketName', {
      description: `Drop files below ${LANDING_PREFIX}, those of a dataset below ${LANDING_PREFIX}<its name>/`,
      value: this.landing.bucket.bucketName,
    });
    this.raw = new DataBucket(this, 'Raw', {
      ...common,
      lifecycle: {
        transitions: [
          // Athena reads it there; the colder classes it cannot read.
          { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
        ],
      },
    });
    this.#protectRaw(isRetained);
    this.lake = new DataBucket(this, 'Lake', common);
    this.failures = new DataBucket(this, 'Failures', {
      ...common,
      lifecycle: { expiration: Duration.days(90) },
    });
    this.results = new DataBucket(this, 'Results', {
      ...common,
      lifecycle: { expiration: Duration.days(14) },
    });
  }

  /** A key gets its bytes once (promise 2). In a sandbox, people may empty the bucket to be rid of the stack. */
  #protectRaw(isRetained: boolean): void {
    this.raw.deny(['s3:PutObject'], RAW_ZONES, {
      Null: { 's3:if-none-match': 'true' },
      Bool: { 's3:ObjectCreationOperation': 'true' },
    });
    if (isRetained) this.raw.deny(['s3:DeleteObject', 's3:DeleteObjectVersion'], RAW_ZONES);
  }

  #accessLogs(isRetained: boolean): s3.Bucket {
    return new s3.Bucket(this, 'AccessLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [{ expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(7) }],
    });
  }
}
