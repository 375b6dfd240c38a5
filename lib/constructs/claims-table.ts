import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './rights.ts';

/** One item per event_id that is claimed, until its time to live is over (lambdas/aws/claim-items.ts). */
export class ClaimsTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly isRetained: boolean; readonly maxWritesPerSecond: number },
  ) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'event_id', type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      maxWriteRequestUnits: props.maxWritesPerSecond,
      encryption: dynamodb.TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.isRetained,
      removalPolicy: props.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Lets the role claim ids in batches, read who holds one, and replace a holder that has expired. */
  forClaiming(role: iam.Role): string {
    allow(
      role,
      ['dynamodb:PartiQLInsert', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
      [this.table.tableArn],
    );
    return this.table.tableName;
  }
}
