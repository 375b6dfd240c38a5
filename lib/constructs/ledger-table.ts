import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { LedgerSource } from '../../lambdas/domain/ledger.ts';
import { allow } from './rights.ts';

/**
 * The ledger, checkpoints, lake state and leases: key (kind, id), as lambdas/aws/ledger-items.ts lays them out.
 * Nothing in it expires: its rows are the proof of what landed.
 */
export class LedgerTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: { readonly isRetained: boolean }) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'kind', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.isRetained,
      removalPolicy: props.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Lets the role append rows of events and advance checkpoints. */
  forConsuming(role: iam.Role): string {
    this.#allowKinds(
      role,
      ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [...kindsOf(['events']), 'checkpoint'],
    );
    return this.table.tableName;
  }

  /** Lets the role read and append rows of events, note broken objects and their replacements, and hold a lease. */
  forRecovering(role: iam.Role): string {
    this.#allowKinds(
      role,
      ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      [...kindsOf(['events']), 'set_aside', 'lease'],
    );
    return this.table.tableName;
  }

  /** Lets the role append and read rows of these sources, and keep what it remembers of them as lake state. */
  forIngesting(role: iam.Role, sources: readonly LedgerSource[]): string {
    this.#allowKinds(
      role,
      ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
      [...kindsOf(sources), 'state'],
    );
    return this.table.tableName;
  }

  /** Lets the role append and read rows of these sources, and note which broken objects it has mended. */
  forTakingFiles(role: iam.Role, sources: readonly LedgerSource[]): string {
    this.#allowKinds(
      role,
      ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      [...kindsOf(sources), 'set_aside'],
    );
    return this.table.tableName;
  }

  /** Lets the role read everything, mark rows as staged, and keep lake state and leases. */
  forRunning(role: iam.Role): string {
    allow(
      role,
      [
        'dynamodb:Query',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ],
      [this.table.tableArn],
    );
    return this.table.tableName;
  }

  #allowKinds(role: iam.Role, actions: readonly string[], kinds: readonly string[]): void {
    allow(role, actions, [this.table.tableArn], {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': kinds },
    });
  }
}

/** A row and the marker that says it is not staged. */
function kindsOf(sources: readonly LedgerSource[]): readonly string[] {
  return sources.flatMap((source) => [`row#${source}`, `unstaged#${source}`]);
}
