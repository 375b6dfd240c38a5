import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as nodejs from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { allow } from './rights.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface HandlerFunctionProps {
  /** Folder under lambdas/ that holds handler.ts. */
  readonly folder: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetentionDays: number;
  /** Gives the variables of the function's env.ts; whatever hands out a name there grants the role its right. */
  readonly variables: (role: iam.Role) => Readonly<Record<string, string>>;
  /**
   * Who hears of a failure. `queue`: invoked asynchronously, what fails for good lies in `deadLetters`. `caller`: the
   * caller waits for the answer and deals with errors (an event source mapping, a state machine).
   */
  readonly failuresGoTo: 'queue' | 'caller';
  /** Folders of the repository that travel in the asset. */
  readonly folders?: readonly string[];
  /** Adds the Parameters and Secrets extension. */
  readonly readsSecrets?: boolean;
}

/** A function of lambdas/, bundled by the esbuild of package.json, with a role that holds what it was granted alone. */
export class HandlerFunction extends Construct {
  readonly function: nodejs.NodejsFunction;
  readonly role: iam.Role;
  readonly deadLetters: DeadLetterQueue | null;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.folder} may do`,
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    allow(this.role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    this.deadLetters = props.failuresGoTo === 'queue' ? new DeadLetterQueue(this, 'DeadLetters') : null;
    this.function = new nodejs.NodejsFunction(this, 'Function', {
      description: props.description,
      entry: join(ROOT, 'lambdas', props.folder, 'handler.ts'),
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      projectRoot: ROOT,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      tracing: lambda.Tracing.ACTIVE,
      recursiveLoop: lambda.RecursiveLoop.TERMINATE,
      awsSdkConnectionReuse: false,
      environment: { ...props.variables(this.role) },
      bundling: bundling(props.folders ?? []),
      ...(this.deadLetters === null ? {} : { deadLetterQueue: this.deadLetters }),
      ...(props.readsSecrets === true ? { paramsAndSecrets: secretsExtension() } : {}),
    });
    this.#explain(props.failuresGoTo);
  }

  #explain(failuresGoTo: HandlerFunctionProps['failuresGoTo']): void {
    if (failuresGoTo === 'caller') {
      const reason =
        'Its caller waits for the answer and deals with failures; Lambda would use no queue here.';
      acknowledge(this.function, 'Serverless-LambdaDLQ', reason);
    }
    acknowledge(this.role, 'AwsSolutions-IAM5[Resource::*]', 'X-Ray takes segments on * alone.');
  }
}

/**
 * Everything in one file, the pinned SDK too: the runtime's own changes under a function's feet. CommonJS loads some
 * 20 ms faster, as Node wraps no module of its own for it; a function that finds its folders needs an ES module.
 */
function bundling(folders: readonly string[]): nodejs.BundlingOptions {
  return {
    format: folders.length === 0 ? nodejs.OutputFormat.CJS : nodejs.OutputFormat.ESM,
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    bundleAwsSDK: true,
    forceDockerBundling: false,
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (inputDir, outputDir) =>
        folders.map((folder) => `cp -R "${inputDir}/${folder}" "${outputDir}/${folder}"`),
    },
  };
}

function secretsExtension(): lambda.ParamsAndSecretsLayerVersion {
  return lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103);
}
