import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { Construct } from 'constructs';
import type { IngestFakestoreVariables } from '../../lambdas/ingest-fakestore/env.ts';
import type { RunLakeVariables } from '../../lambdas/run-lake/env.ts';
import { DeadLetterQueue } from '../constructs/dead-letter-queue.ts';
import { DroppedFiles } from '../constructs/dropped-files.ts';
import { EmailKey } from '../constructs/email-key.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import type { LedgerTable } from '../constructs/ledger-table.ts';
import { RunMachine } from '../constructs/run-machine.ts';
import { Schedule } from '../constructs/schedule.ts';
import { forLooking } from '../constructs/stream-rights.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import { metricsNamespace } from './metrics-namespace.ts';
import type { QueryStack } from './query-stack.ts';
import { RAW_ZONES, type StorageStack } from './storage-stack.ts';

export interface BatchStackProps extends StackProps {
  readonly storage: StorageStack;
  readonly query: QueryStack;
  readonly ledger: LedgerTable;
  readonly stream: kinesis.IStream;
}

/** What comes in batches, the store API on schedule and files when they are dropped, and the runs that build the tables. */
export class BatchStack extends Stack {
  readonly ingestion: HandlerFunction;
  readonly files: HandlerFunction;
  readonly work: HandlerFunction;
  readonly machine: RunMachine;
  /** Of the schedules: slots that reached no target. */
  readonly missedSlots: DeadLetterQueue;

  constructor(scope: Construct, id: string, settings: StageSettings, props: BatchStackProps) {
    super(scope, id, props);
    this.ingestion = this.#ingestion(settings, props);
    this.files = new DroppedFiles(this, 'DroppedFiles', {
      landing: props.storage.landing,
      raw: props.storage.raw,
      ledger: props.ledger,
      metricsNamespace: metricsNamespace(settings.stage),
      logRetentionDays: settings.logRetentionDays,
    }).ingestion;
    this.work = this.#work(settings, props);
    this.machine = new RunMachine(this, 'Run', {
      work: this.work.function,
      logRetentionDays: settings.logRetentionDays,
    });
    this.missedSlots = new DeadLetterQueue(this, 'MissedSlots');
    new Schedule(this, 'IngestSchedule', {
      expression: settings.ingestSchedule,
      target: { kind: 'function', function: this.ingestion.function },
      deadLetters: this.missedSlots,
    });
    new Schedule(this, 'RunSchedule', {
      expression: settings.runSchedule,
      target: { kind: 'state machine', stateMachine: this.machine.stateMachine },
      deadLetters: this.missedSlots,
    });
    new Schedule(this, 'CompactSchedule', {
      expression: settings.compactSchedule,
      target: {
        kind: 'state machine',
        stateMachine: this.machine.stateMachine,
        task: { kind: 'compact' },
      },
      deadLetters: this.missedSlots,
    });
  }

  #ingestion(settings: StageSettings, { storage, ledger }: BatchStackProps): HandlerFunction {
    const emailKey = new EmailKey(this, 'EmailKey', { isRetained: settings.isRetained });
    return new HandlerFunction(this, 'IngestFakestore', {
      folder: 'ingest-fakestore',
      description: 'Takes a snapshot of the store API',
      memoryMb: 512,
      timeout: Duration.minutes(3),
      logRetentionDays: settings.logRetentionDays,
      failuresGoTo: 'queue',
      readsSecrets: true,
      variables: (role): IngestFakestoreVariables => ({
        METRICS_NAMESPACE: metricsNamespace(settings.stage),
        FAKESTORE_URL: settings.fakestoreUrl,
        RAW_BUCKET: storage.raw.forAdding(role, ['raw/']),
        LEDGER_TABLE: ledger.forIngesting(role, ['fakestore_products', 'fakestore_users', 'fakestore_carts']),
        EMAIL_KEY_SECRET_ARN: emailKey.forHashing(role),
      }),
    });
  }

  #work(settings: StageSettings, { storage, query, ledger, stream }: BatchStackProps): HandlerFunction {
    return new HandlerFunction(this, 'RunLake', {
      folder: 'run-lake',
      description: 'Works on a run: stages what landed, builds and checks the tables',
      memoryMb: 1_024,
      timeout: Duration.minutes(15),
      logRetentionDays: settings.logRetentionDays,
      failuresGoTo: 'caller',
      folders: ['athena'],
      variables: (role): RunLakeVariables => ({
        METRICS_NAMESPACE: metricsNamespace(settings.stage),
        RAW_BUCKET: storage.raw.forReading(role, RAW_ZONES),
        LAKE_BUCKET: storage.lake.forTables(role, ['tables/']),
        LEDGER_TABLE: ledger.forRunning(role),
        STREAM_NAME: forLooking(stream, role),
        DATABASE: query.database.forBuilding(role),
        WORK_GROUP: query.pipeline.forRunning(role),
        ALLOWED_LATENESS_MS: String(Duration.days(settings.allowedLatenessDays).toMilliseconds()),
        REPORTING_CURRENCY: settings.reportingCurrency ?? '',
      }),
    });
  }
}
