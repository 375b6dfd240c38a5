import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DATASETS } from '../../lambdas/domain/datasets/catalogue.ts';
import { FILE_QUARANTINE_PREFIX } from '../../lambdas/domain/datasets/landing-prefixes.ts';
import { RAW_COMPRESSION } from '../../lambdas/domain/raw-compression.ts';
import type { IngestFilesVariables } from '../../lambdas/ingest-files/env.ts';
import type { DataBucket } from './data-bucket.ts';
import { HandlerFunction } from './handler-function.ts';
import type { LandingBucket } from './landing-bucket.ts';
import type { LedgerTable } from './ledger-table.ts';

/** One whole core: reading CSV is nothing but computing. */
const MEMORY_MB = 1_769;

export interface DroppedFilesProps {
  readonly landing: LandingBucket;
  readonly raw: DataBucket;
  readonly ledger: LedgerTable;
  readonly metricsNamespace: string;
  readonly logRetentionDays: number;
}

/**
 * Takes in each file that is dropped: S3 tells EventBridge, whose rule invokes the function. What cannot be delivered or
 * fails three times lies in the function's queue, as the event that it was; its file stays where it is.
 */
export class DroppedFiles extends Construct {
  readonly ingestion: HandlerFunction;

  constructor(scope: Construct, id: string, props: DroppedFilesProps) {
    super(scope, id);
    this.ingestion = this.#ingestion(props);
    const { landing } = props;
    const { deadLetters } = this.ingestion;
    const rule = new events.Rule(this, 'Dropped', {
      description: 'A file was dropped into the landing bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [landing.bucket.bucketName] },
          object: { key: [{ prefix: landing.filesPrefix }] },
        },
      },
    });
    rule.addTarget(
      new targets.LambdaFunction(this.ingestion.function, {
        maxEventAge: Duration.hours(24),
        ...(deadLetters === null ? {} : { deadLetterQueue: deadLetters }),
      }),
    );
  }

  #ingestion({ landing, raw, ledger, ...props }: DroppedFilesProps): HandlerFunction {
    const sources = DATASETS.map(({ source }) => source);
    return new HandlerFunction(this, 'Ingestion', {
      folder: 'ingest-files',
      description: 'Takes in a file that was dropped',
      memoryMb: MEMORY_MB,
      timeout: Duration.minutes(15),
      logRetentionDays: props.logRetentionDays,
      failuresGoTo: 'queue',
      variables: (role): IngestFilesVariables => ({
        METRICS_NAMESPACE: props.metricsNamespace,
        LANDING_BUCKET: landing.forTaking(role),
        RAW_BUCKET: raw.forAdding(role, [
          ...sources.map((source) => `raw/${source}/`),
          FILE_QUARANTINE_PREFIX,
        ]),
        LEDGER_TABLE: ledger.forTakingFiles(role, sources),
        COMPRESSION_CODEC: RAW_COMPRESSION.codec,
        COMPRESSION_LEVEL: String(RAW_COMPRESSION.level),
      }),
    });
  }
}
