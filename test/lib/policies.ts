import type { Synthesized } from './synthesized.ts';

export interface Statement {
  /** Logical id of the role, user or resource policy that it stands in. */
  readonly owner: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
  readonly Principal?: unknown;
}

interface Document {
  readonly Statement: readonly Omit<Statement, 'owner'>[];
}

/** Every statement of every policy that a role has, inline or attached. */
export function roleStatements({ of }: Synthesized): readonly Statement[] {
  const attached = of('AWS::IAM::Policy').flatMap(({ id, Properties }) =>
    (Properties.PolicyDocument as Document).Statement.map((each) => ({ ...each, owner: id })),
  );
  const inline = of('AWS::IAM::Role').flatMap(({ id, Properties }) =>
    ((Properties.Policies ?? []) as readonly { PolicyDocument: Document }[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((each) => ({ ...each, owner: id })),
    ),
  );
  return [...attached, ...inline];
}

/** Every statement of every bucket's own policy; the owner is the bucket that it names. */
export function bucketStatements({ of }: Synthesized): readonly Statement[] {
  return of('AWS::S3::BucketPolicy').flatMap(({ Properties }) =>
    (Properties.PolicyDocument as Document).Statement.map((each) => ({
      ...each,
      owner: (Properties.Bucket as { readonly Ref: string }).Ref,
    })),
  );
}

export function actionsOf(statement: Statement): readonly string[] {
  return typeof statement.Action === 'string' ? [statement.Action] : statement.Action;
}
