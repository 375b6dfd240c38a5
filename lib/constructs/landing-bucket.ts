import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { TAKEN_TAG } from '../../lambdas/domain/datasets/taken-tag.ts';
import { DataBucket, type DataBucketProps } from './data-bucket.ts';
import { allowBelow } from './rights.ts';

const KEYS = 'Keys are as people name their files; the right ends at the prefix.';
/** Long enough to look at a file once more when its tables surprise. */
const KEEP_TAKEN = Duration.days(30);

export interface LandingBucketProps extends Omit<DataBucketProps, 'lifecycle'> {
  /** Below which files are dropped, and below which reports on them are written. */
  readonly prefixes: { readonly files: string; readonly reports: string };
}

/**
 * Where people and their tools drop files. It tells EventBridge of each; a file lies there until it is tagged as taken,
 * and 30 days longer.
 */
export class LandingBucket extends Construct {
  readonly bucket: s3.Bucket;
  readonly filesPrefix: string;
  readonly #data: DataBucket;
  readonly #reportsPrefix: string;

  constructor(scope: Construct, id: string, props: LandingBucketProps) {
    super(scope, id);
    const { prefixes, ...bucketProps } = props;
    this.#data = new DataBucket(this, id, bucketProps);
    this.bucket = this.#data.bucket;
    this.filesPrefix = prefixes.files;
    this.#reportsPrefix = prefixes.reports;
    this.bucket.addLifecycleRule({
      prefix: prefixes.files,
      tagFilters: { [TAKEN_TAG.key]: TAKEN_TAG.value },
      expiration: KEEP_TAKEN,
    });
    // CDK's own switch brings a function of its own, with rights on every bucket.
    const resource = this.bucket.node.defaultChild;
    if (resource instanceof s3.CfnBucket) {
      resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }

  /** Lets the role read the versions of files, tag them and add reports; neither list, change nor delete. */
  forTaking(role: iam.Role): string {
    allowBelow(
      role,
      ['s3:GetObjectVersion', 's3:PutObjectVersionTagging'],
      [this.bucket.arnForObjects(this.filesPrefix)],
      KEYS,
    );
    return this.#data.forAdding(role, [this.#reportsPrefix]);
  }
}
