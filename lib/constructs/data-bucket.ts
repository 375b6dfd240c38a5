import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allow, allowBelow } from './rights.ts';

const KEYS = 'Keys are not known beforehand; the right ends at the zone.';

export interface DataBucketProps {
  readonly isRetained: boolean;
  readonly accessLogs: s3.Bucket;
  readonly lifecycle?: Pick<s3.LifecycleRule, 'expiration' | 'transitions'>;
}

/**
 * A private, encrypted, versioned bucket that answers TLS alone. Nothing empties it: a stack whose bucket holds data
 * does not let itself be deleted. Its name is to be had only together with a right, through the `for...` methods.
 */
export class DataBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      // A Bucket is an IBucket but for exactOptionalPropertyTypes: it says `policy?: T | undefined`.
      serverAccessLogsBucket: props.accessLogs as s3.IBucket,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy: props.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          ...props.lifecycle,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
        },
      ],
    });
  }

  /** Lets the role read objects below the prefixes, and list the bucket (without it, a missing object is a 403). */
  forReading(role: iam.Role, prefixes: readonly string[]): string {
    allowBelow(role, ['s3:GetObject'], this.#below(prefixes), KEYS);
    allow(role, ['s3:ListBucket', 's3:GetBucketLocation'], [this.bucket.bucketArn]);
    return this.bucket.bucketName;
  }

  /** Lets the role add objects below the prefixes; neither read, list nor delete. */
  forAdding(role: iam.Role, prefixes: readonly string[]): string {
    allowBelow(role, ['s3:PutObject'], this.#below(prefixes), KEYS);
    return this.bucket.bucketName;
  }

  /** What Athena needs below the prefixes on behalf of the role: an Iceberg table's files come and go. */
  forTables(role: iam.Role, prefixes: readonly string[]): string {
    allowBelow(
      role,
      ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      this.#below(prefixes),
      KEYS,
    );
    return this.forReading(role, prefixes);
  }

  /** What Athena needs on behalf of the role to keep a query's result below the prefixes. */
  forResults(role: iam.Role, prefixes: readonly string[]): string {
    allowBelow(
      role,
      ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      this.#below(prefixes),
      KEYS,
    );
    return this.forReading(role, prefixes);
  }

  /** Refuses an action below the prefixes to everybody, under conditions. */
  deny(actions: readonly string[], prefixes: readonly string[], conditions: iam.Conditions = {}): void {
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: [...actions],
        resources: this.#below(prefixes).map((prefix) => `${prefix}*`),
        conditions,
      }),
    );
  }

  #below(prefixes: readonly string[]): string[] {
    return prefixes.map((prefix) => this.bucket.arnForObjects(prefix));
  }
}
