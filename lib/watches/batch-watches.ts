import type { BatchStack } from '../stacks/batch-stack.ts';
import { deadLetterWatch, functionMetric, MINUTES_5, type Watch } from './watch.ts';

/** What is watched of the runs that build the tables, and of the ingestion of the store and of files. */
export function batchWatches(batch: BatchStack, namespace: string): readonly Watch[] {
  return [
    ...runWatches(batch, namespace),
    ...storeWatches(batch, namespace),
    ...fileWatches(batch, namespace),
  ];
}

function runWatches({ machine, work, missedSlots }: BatchStack, namespace: string): readonly Watch[] {
  return [
    {
      id: 'FailedRun',
      description: 'A run of the lake failed: a check found bad rows, or the engine an error.',
      metric: machine.stateMachine.metricFailed({ period: MINUTES_5 }),
      threshold: 1,
    },
    {
      id: 'EndlessRun',
      description: 'A run of the lake was not done within its 6 hours.',
      metric: machine.stateMachine.metricTimedOut({ period: MINUTES_5 }),
      threshold: 1,
    },
    {
      id: 'RunErrors',
      description: 'The executor of runs throws; the state machine tries again 3 times.',
      metric: work.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
    },
    {
      id: 'SetAsideObjects',
      description: 'A raw object is lost or has other bytes than were written; the run went on without it.',
      metric: functionMetric(namespace, 'run-lake', 'ObjectsSetAside'),
      threshold: 1,
    },
    deadLetterWatch('MissedSlots', 'A schedule could not reach its target.', missedSlots),
  ];
}

function storeWatches({ ingestion }: BatchStack, namespace: string): readonly Watch[] {
  return [
    {
      id: 'RefusedSnapshot',
      description: 'The store API answers what must not be taken; the last good snapshot stays.',
      metric: functionMetric(namespace, 'ingest-fakestore', 'FakestoreRefused'),
      threshold: 1,
    },
    {
      id: 'UnavailableStore',
      description: 'The store API does not answer; the last good snapshot stays.',
      metric: functionMetric(namespace, 'ingest-fakestore', 'FakestoreUnavailable'),
      threshold: 1,
    },
    {
      id: 'IngestionErrors',
      description: 'The ingestion of the store throws.',
      metric: ingestion.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
    },
    ...(ingestion.deadLetters === null
      ? []
      : [deadLetterWatch('DeadIngestions', 'An ingestion failed for good.', ingestion.deadLetters)]),
  ];
}

function fileWatches({ files }: BatchStack, namespace: string): readonly Watch[] {
  return [
    {
      id: 'RefusedFiles',
      description: 'A dropped file cannot be taken as it is; its report says why.',
      metric: functionMetric(namespace, 'ingest-files', 'FilesRefused'),
      threshold: 1,
    },
    {
      id: 'FileErrors',
      description: 'The ingestion of dropped files throws.',
      metric: files.function.metricErrors({ period: MINUTES_5 }),
      threshold: 1,
    },
    ...(files.deadLetters === null
      ? []
      : [deadLetterWatch('DeadFiles', 'A dropped file failed for good, and stays.', files.deadLetters)]),
  ];
}
