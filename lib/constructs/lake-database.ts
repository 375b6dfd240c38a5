import { Stack } from 'aws-cdk-lib';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow, allowBelow } from './rights.ts';

const TABLE_ACTIONS = [
  'glue:GetDatabase',
  'glue:GetTable',
  'glue:GetTables',
  'glue:GetPartitions',
  'glue:CreateTable',
  'glue:UpdateTable',
  'glue:DeleteTable',
];

/** The Glue database. Its tables are the run's: CloudFormation creates Iceberg tables, but cannot update them. */
export class LakeDatabase extends Construct {
  readonly #name: string;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    this.#name = props.name;
    new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: props.name, description: 'The tables of Millpond, see docs/data-dictionary.md' },
    });
  }

  /** Lets the role create, change, drop and query tables of this database. */
  forBuilding(role: iam.Role): string {
    const stack = Stack.of(this);
    const arnOf = (resource: string, resourceName?: string): string =>
      stack.formatArn({
        service: 'glue',
        resource,
        ...(resourceName === undefined ? {} : { resourceName }),
      });
    allow(role, TABLE_ACTIONS, [arnOf('catalog'), arnOf('database', this.#name)]);
    allowBelow(
      role,
      TABLE_ACTIONS,
      [arnOf('table', `${this.#name}/`)],
      'Tables come from the headers of the models; the right ends at the database.',
    );
    return this.#name;
  }
}
