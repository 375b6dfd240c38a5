import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { allow } from './rights.ts';

/** The scheduler replaces it with the time that the schedule says, the same for every retry. */
const SLOT = { slot: '<aws.scheduler.scheduled-time>' };
const RETRIES = 3;
const GIVE_UP_AFTER_SECONDS = 3_600;

export type ScheduleTarget =
  | { readonly kind: 'function'; readonly function: lambda.IFunction }
  | {
      readonly kind: 'state machine';
      readonly stateMachine: sfn.IStateMachine;
      /** Of run-request.ts; absent: a run. */
      readonly task?: { readonly kind: 'compact' };
    };

export interface ScheduleProps {
  /** cron(...) or rate(...), UTC. */
  readonly expression: string;
  readonly target: ScheduleTarget;
  /** Gets what could not be delivered. */
  readonly deadLetters: sqs.IQueue;
}

/** Invokes a target with `{"slot": ...}` on schedule: 3 retries within an hour, then the dead-letter queue. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      description: `What the schedule ${id} may do`,
    });
    allow(role, ['sqs:SendMessage'], [props.deadLetters.queueArn]);
    const { arn, input } = targetOf(props.target, role, stack);
    const schedule = new CfnSchedule(this, 'Schedule', {
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn,
        input,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: props.deadLetters.queueArn },
        retryPolicy: {
          maximumRetryAttempts: RETRIES,
          maximumEventAgeInSeconds: GIVE_UP_AFTER_SECONDS,
        },
      },
    });
    schedule.node.addDependency(role);
  }
}

function targetOf(
  target: ScheduleTarget,
  role: iam.Role,
  stack: Stack,
): { readonly arn: string; readonly input: string } {
  if (target.kind === 'function') {
    allow(role, ['lambda:InvokeFunction'], [target.function.functionArn]);
    return { arn: target.function.functionArn, input: JSON.stringify(SLOT) };
  }
  // The templated target gives executions no name. A slot holds colons, which a name may not: hence the id.
  const { stateMachineArn } = target.stateMachine;
  const task = target.task === undefined ? {} : { task: target.task };
  allow(role, ['states:StartExecution'], [stateMachineArn]);
  return {
    arn: `arn:${stack.partition}:scheduler:::aws-sdk:sfn:startExecution`,
    input: stack.toJsonString({
      StateMachineArn: stateMachineArn,
      Name: `${target.task?.kind ?? 'run'}-<aws.scheduler.execution-id>`,
      Input: JSON.stringify({ ...SLOT, ...task }),
    }),
  };
}
