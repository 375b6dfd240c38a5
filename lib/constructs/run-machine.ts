import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { allow } from './rights.ts';

/** Errors of Lambda itself; and any other, since each step of a run is safe to repeat. */
const RETRY = [
  // What was asked for is not there, and never will be.
  { ErrorEquals: ['RunRequestError', 'TaskError'], MaxAttempts: 0 },
  { ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 5, MaxAttempts: 10, BackoffRate: 2 },
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 30,
    MaxAttempts: 3,
    BackoffRate: 3,
    JitterStrategy: 'FULL',
  },
];
const PAUSE = Duration.seconds(5);
const TIMEOUT = Duration.hours(6);

/**
 * Work -> Choice -> Wait -> Work, until a run is final. It holds no logic: which steps there are, and in what order,
 * is the executor's business, so a laptop and a test run the very same. Its input is a slot, or a task by hand: see
 * run-request.ts.
 */
export class RunMachine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly work: lambda.IFunction; readonly logRetentionDays: number },
  ) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'What the machine of runs may do',
    });
    allow(role, ['lambda:InvokeFunction'], [props.work.functionArn]);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(this.#definition(props.work)),
      role,
      timeout: TIMEOUT,
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-run`,
          retention: props.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: true,
      },
    });
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray and the delivery of logs know no narrower resource.',
    );
  }

  #definition(work: lambda.IFunction): sfn.IChainable {
    const task = new sfn.CustomState(this, 'Work', {
      stateJson: {
        Type: 'Task',
        Resource: `arn:${Stack.of(this).partition}:states:::lambda:invoke`,
        Parameters: {
          FunctionName: work.functionArn,
          Payload: {
            'input.$': '$',
            execution: { 'name.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' },
          },
        },
        ResultSelector: { 'runId.$': '$.Payload.runId', 'status.$': '$.Payload.status' },
        ResultPath: '$.work',
        Retry: RETRY,
      },
    });
    const isFinal = new sfn.Choice(this, 'Is it final?')
      .when(sfn.Condition.stringEquals('$.work.status', 'succeeded'), new sfn.Succeed(this, 'Succeeded'))
      .when(
        sfn.Condition.stringEquals('$.work.status', 'running'),
        new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.duration(PAUSE) }).next(task),
      )
      .otherwise(
        new sfn.Fail(this, 'Failed', {
          error: 'RunFailed',
          cause: 'A check found bad rows; the log of run-lake names it.',
        }),
      );
    return task.next(isFinal);
  }
}
