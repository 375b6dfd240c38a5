import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ConsumeEventsVariables } from '../../lambdas/consume-events/env.ts';
import { claimTtlMs } from '../../lambdas/domain/claim-expiry.ts';
import { RAW_COMPRESSION } from '../../lambdas/domain/raw-compression.ts';
import type { RecoverEventsVariables } from '../../lambdas/recover-events/env.ts';
import type { RedriveFailuresVariables } from '../../lambdas/redrive-failures/env.ts';
import { ClaimsTable } from '../constructs/claims-table.ts';
import { FailureBucketDestination } from '../constructs/failure-bucket-destination.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { allow } from '../constructs/rights.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { metricsNamespace } from './metrics-namespace.ts';
import { RAW_ZONES, type StorageStack } from './storage-stack.ts';

/** A broken consumer over a long weekend loses nothing. */
export const STREAM_RETENTION = Duration.days(7);
/** Then a batch goes to the failure bucket, whole; far from the retention, so that nothing expires unread. */
const MAX_RECORD_AGE = Duration.hours(24);
/** Lambda's payload of 6 MB holds some 4,700 events of usual size. */
const BATCH_SIZE = 5_000;

/** The stream, its consumer and the ways back of what went wrong, with the claims and the ledger of what has landed. */
export class StreamingStack extends Stack {
  readonly stream: kinesis.Stream;
  readonly claims: ClaimsTable;
  readonly ledger: LedgerTable;
  readonly consumer: HandlerFunction;
  readonly mapping: lambda.EventSourceMapping;
  /** Invoked by hand; it lands what lies in the failure bucket. */
  readonly redrive: HandlerFunction;
  /** Invoked by hand; it replays quarantine, and rebuilds broken objects. */
  readonly recovery: HandlerFunction;

  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    props: StackProps & { readonly storage: StorageStack },
  ) {
    super(scope, id, props);
    const { isRetained } = settings;
    this.stream = new kinesis.Stream(this, 'Events', {
      streamName: `millpond-${settings.stage}-events`,
      streamMode: kinesis.StreamMode.PROVISIONED,
      shardCount: settings.streamShards,
      retentionPeriod: STREAM_RETENTION,
      encryption: kinesis.StreamEncryption.MANAGED,
      removalPolicy: isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.claims = new ClaimsTable(this, 'Claims', {
      isRetained,
      maxWritesPerSecond: settings.maxClaimWritesPerSecond,
    });
    this.ledger = new LedgerTable(this, 'Ledger', { isRetained });
    this.consumer = this.#consumer(settings, props.storage);
    this.mapping = this.#mapping(settings, props.storage);
    this.redrive = this.#redrive(settings, props.storage);
    this.recovery = this.#recovery(settings, props.storage);
  }

  #consumer(settings: StageSettings, storage: StorageStack): HandlerFunction {
    return new HandlerFunction(this, 'ConsumeEvents', {
      folder: 'consume-events',
      description: 'Lands batches of events in the raw zone and the ledger',
      memoryMb: 1_024,
      timeout: Duration.minutes(3),
      logRetentionDays: settings.logRetentionDays,
      failuresGoTo: 'caller',
      variables: (role): ConsumeEventsVariables => ({
        ...this.#landing(role, settings, storage),
        LEDGER_TABLE: this.ledger.forConsuming(role),
      }),
    });
  }

  #redrive(settings: StageSettings, storage: StorageStack): HandlerFunction {
    const { failures } = storage;
    return new HandlerFunction(this, 'RedriveFailures', {
      folder: 'redrive-failures',
      description: 'Lands batches that the mapping gave up; invoke it by hand',
      memoryMb: 1_024,
      timeout: Duration.minutes(15),
      logRetentionDays: settings.logRetentionDays,
      failuresGoTo: 'caller',
      variables: (role): RedriveFailuresVariables => {
        failures.forAdding(role, ['redriven/']);
        return {
          ...this.#landing(role, settings, storage),
          LEDGER_TABLE: this.ledger.forConsuming(role),
          FAILURES_BUCKET: failures.forReading(role, ['aws/lambda/']),
          STREAM_NAME: this.#forReadingAgain(role),
        };
      },
    });
  }

  #recovery(settings: StageSettings, storage: StorageStack): HandlerFunction {
    return new HandlerFunction(this, 'RecoverEvents', {
      folder: 'recover-events',
      description: 'Replays quarantine and rebuilds broken objects; invoke it by hand',
      memoryMb: 1_024,
      timeout: Duration.minutes(15),
      logRetentionDays: settings.logRetentionDays,
      failuresGoTo: 'caller',
      variables: (role): RecoverEventsVariables => {
        storage.raw.forReading(role, RAW_ZONES);
        return {
          ...this.#landing(role, settings, storage),
          LEDGER_TABLE: this.ledger.forRecovering(role),
          STREAM_NAME: this.#forReadingAgain(role),
        };
      },
    });
  }

  /** Lets the role read ranges of shards; gives the stream's name. */
  #forReadingAgain(role: iam.Role): string {
    allow(
      role,
      ['kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator'],
      [this.stream.streamArn],
    );
    return this.stream.streamName;
  }

  /** What lands events is told and may do, but for the ledger. */
  #landing(
    role: iam.Role,
    settings: StageSettings,
    storage: StorageStack,
  ): Omit<ConsumeEventsVariables, 'LEDGER_TABLE'> {
    return {
      METRICS_NAMESPACE: metricsNamespace(settings.stage),
      RAW_BUCKET: storage.raw.forAdding(role, RAW_ZONES),
      CLAIMS_TABLE: this.claims.forClaiming(role),
      DEDUP: settings.dedup,
      CLAIM_TTL_MS: String(claimTtlOf(settings)),
      COMPRESSION_CODEC: RAW_COMPRESSION.codec,
      COMPRESSION_LEVEL: String(RAW_COMPRESSION.level),
    };
  }

  /**
   * Bad data never throws, so only trouble of the infrastructure retries, and that wants time, not a count: attempts
   * are unlimited within MAX_RECORD_AGE. No filter: it would drop what is no JSON without a word.
   */
  #mapping(settings: StageSettings, storage: StorageStack): lambda.EventSourceMapping {
    const { role } = this.consumer;
    allow(
      role,
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      [this.stream.streamArn],
    );
    return new lambda.EventSourceMapping(this, 'EventsToConsumer', {
      target: this.consumer.function,
      eventSourceArn: this.stream.streamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      maxBatchingWindow: Duration.seconds(settings.batchingWindowSeconds),
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: -1,
      maxRecordAge: MAX_RECORD_AGE,
      onFailure: new FailureBucketDestination(storage.failures, role),
      metricsConfig: { metrics: [lambda.MetricType.EVENT_COUNT] },
    });
  }
}

function claimTtlOf({ claimTtlDays, redriveHorizonDays }: StageSettings): number {
  const wantedMs = claimTtlDays === null ? null : Duration.days(claimTtlDays).toMilliseconds();
  return claimTtlMs(wantedMs, {
    streamRetentionMs: STREAM_RETENTION.toMilliseconds(),
    redriveHorizonMs: Duration.days(redriveHorizonDays).toMilliseconds(),
  });
}
