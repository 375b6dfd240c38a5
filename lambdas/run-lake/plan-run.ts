import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { Model } from '../domain/models/model.ts';
import { hasFiles } from '../domain/models/render-compaction.ts';
import { nextWatermarkMs } from '../domain/watermark.ts';
import type { RunTask } from './run-dependencies.ts';
import type { RunMode, RunRecord, RunStep } from './run-record.ts';

/** What a run would do. Pure: the same lake gives the same plan. */
export interface RunPlan {
  /** Null: nothing is due. */
  readonly reason: string | null;
  readonly mode: RunMode;
  /** Then their SELECTs are held against their headers first. */
  readonly haveModelsChanged: boolean;
  readonly ledgerRows: number;
  readonly watermarkMs: number | null;
  readonly steps: readonly RunStep[];
  /** The run to go on with, when all that is due is to publish what it built. */
  readonly unpublished: RunRecord | null;
}

/**
 * Decides what is due: ledger rows that no run has staged, a watermark that moves, models or objects that changed, or
 * the caller's force. The steps are all models in build order; in an incremental run each finds what it has to compute
 * from what changed before it. A backfill takes up nothing that waits.
 */
export function planRun(lake: {
  readonly rows: readonly StoredLedgerRow[];
  readonly models: readonly Model[];
  readonly previousWatermarkMs: number | null;
  readonly oldestWaitingArrivalMs: number | null;
  readonly allowedLatenessMs: number;
  readonly haveModelsChanged: boolean;
  /** Objects were set aside or rebuilt since the last good build. */
  readonly haveObjectsChanged: boolean;
  readonly isForced: boolean;
  /** Absent: `run`. */
  readonly task?: RunTask;
  /** A run that has written into tables and not come to its end. */
  readonly unfinishedRun?: string | null;
  /** Whether builds are published at all. */
  readonly isPublishing?: boolean;
  /** The last run, when its tables stand and its build does not. */
  readonly unpublished?: RunRecord | null;
}): RunPlan {
  const task = lake.task ?? { kind: 'run' };
  if (task.kind === 'compact') return compactionOf(lake);
  const unstaged = task.kind === 'backfill' ? 0 : lake.rows.filter((row) => row.stagedBy === null).length;
  const watermarkMs = task.kind === 'backfill' ? lake.previousWatermarkMs : watermarkAfter(lake);
  const reasonsForAll = [
    lake.haveModelsChanged ? 'models or settings changed' : null,
    lake.haveObjectsChanged ? 'objects were set aside or rebuilt' : null,
    (lake.unfinishedRun ?? null) !== null ? 'the last run did not come to its end' : null,
    lake.isForced || task.kind === 'rebuild' ? 'asked for' : null,
  ].filter((reason) => reason !== null);
  const reasons = [
    unstaged > 0 ? `${unstaged} ledger rows to stage` : null,
    watermarkMs !== lake.previousWatermarkMs ? 'the watermark moves' : null,
    task.kind === 'backfill' ? `a backfill of ${task.from} to ${task.to}` : null,
    ...reasonsForAll,
  ].filter((reason) => reason !== null);
  const mode: RunMode = reasonsForAll.length > 0 ? 'full' : 'incremental';
  const { haveModelsChanged } = lake;
  const plan = { ledgerRows: unstaged, watermarkMs, mode, haveModelsChanged };
  const unpublished = lake.unpublished ?? null;
  if (reasons.length === 0 && unpublished !== null) {
    const steps = [{ kind: 'publish' as const }];
    return { ...plan, reason: 'the last build is not published', steps, unpublished };
  }
  return {
    ...plan,
    reason: reasons.length === 0 ? null : reasons.join(', '),
    steps: [
      ...stepsOf(lake.models, mode),
      ...(lake.isPublishing === true ? [{ kind: 'publish' as const }] : []),
    ],
    unpublished: null,
  };
}

/** Each table for itself; what is due otherwise waits for a run. */
function compactionOf({ models, previousWatermarkMs }: Parameters<typeof planRun>[0]): RunPlan {
  return {
    reason: 'a compaction',
    mode: 'incremental',
    haveModelsChanged: false,
    ledgerRows: 0,
    watermarkMs: previousWatermarkMs,
    steps: models.filter(hasFiles).map(({ name }) => ({ kind: 'compact', model: name })),
    unpublished: null,
  };
}

function watermarkAfter(lake: Parameters<typeof planRun>[0]): number | null {
  return nextWatermarkMs({
    previousMs: lake.previousWatermarkMs,
    newestStagedArrivalMs: newestArrivalMs(lake.rows),
    oldestWaitingArrivalMs: lake.oldestWaitingArrivalMs,
    allowedLatenessMs: lake.allowedLatenessMs,
  });
}

/** All steps of a build. The reporting currency is fixed as soon as purchases are staged, before money is summed. */
function stepsOf(models: readonly Model[], mode: RunMode): readonly RunStep[] {
  const built = models.filter(
    (model) =>
      (model.kind !== 'source' || model.origin === 'select') &&
      (mode === 'incremental' || model.kind !== 'scratch' || !model.isTouched),
  );
  return [
    { kind: 'sources' },
    ...built.flatMap((model): readonly RunStep[] => [
      { kind: 'model', model: model.name },
      ...(model.name === 'stg_events' ? [{ kind: 'currency' as const }] : []),
    ]),
    { kind: 'checks' },
    { kind: 'views' },
    { kind: 'finish' },
  ];
}

/** Only the stream moves the watermark: a batch source promises nothing about what may still come. */
function newestArrivalMs(rows: readonly StoredLedgerRow[]): number | null {
  let newest: number | null = null;
  for (const row of rows) {
    if (row.source !== 'events') continue;
    const arrivalMs = Date.parse(row.maxArrivalTime);
    if (newest === null || arrivalMs > newest) newest = arrivalMs;
  }
  return newest;
}
