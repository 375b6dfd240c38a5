import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge.ts';

/** Why a resource may hold a star: what lies behind it does not exist yet, or the service knows no narrower one. */
export type StarReason = string;

/** Adds exactly these actions on exactly these resources. CDK's own grants are wider than any function here needs. */
export function allow(
  role: iam.Role,
  actions: readonly string[],
  resources: readonly string[],
  conditions: iam.Conditions = {},
): void {
  role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
}

/**
 * As allow, on all that lies below these prefixes; the reason goes into the report of cdk-nag. It knows a resource by
 * its text in the template, which stands only when references between stacks are resolved: hence the detour.
 */
export function allowBelow(
  role: iam.Role,
  actions: readonly string[],
  prefixes: readonly string[],
  reason: StarReason,
): void {
  const resources = prefixes.map((prefix) => `${prefix}*`);
  allow(role, actions, resources);
  role.node.addValidation({
    validate: () => {
      for (const resource of resources) {
        const text = templateText(Stack.of(role).resolve(resource));
        acknowledge(role, `AwsSolutions-IAM5[Resource::${text}]`, reason);
      }
      return [];
    },
  });
}

/** A resolved value as cdk-nag writes it: `<LogicalId.Arn>/tables/*`, `<AWS::Region>`, an export by its name. */
function templateText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts]: unknown[] = value['Fn::Join'];
    return Array.isArray(parts) ? parts.map(templateText).join(String(separator)) : '';
  }
  if ('Fn::ImportValue' in value) return templateText(value['Fn::ImportValue']);
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt']))
    return `<${value['Fn::GetAtt'].join('.')}>`;
  return 'Ref' in value ? `<${String(value.Ref)}>` : JSON.stringify(value);
}
