import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { RunPlan } from '../../../lambdas/run-lake/plan-run.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import { planOf } from '../../../lambdas/run-lake/run-lake.ts';
import { ParquetPublisher } from '../../builds/parquet-publisher.ts';
import { ALLOWED_LATENESS_MS, type Lake } from '../../lake.ts';
import { readSources } from '../../lake-sources.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingRecords } from '../../lake-stream.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext } from '../context.ts';
import type { EnginePlace } from '../engine/engine-options.ts';
import { requireTablesPlace } from '../engine/tables-place.ts';
import { formatBytes } from '../format/bytes.ts';
import { wrapped } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import { type Sizes, sizesOf } from './object-sizes.ts';
import type { RunDueOptions } from './run-due.ts';

/** What a run would do now. Keys as `--json` shows them. */
export interface DryRun {
  /** Null: nothing is due. */
  readonly reason: string | null;
  /** Records that a run would land before it builds; what they bring is not in the plan. */
  readonly waiting_records: number;
  /** Sources that a run would ask first. */
  readonly sources: readonly string[];
  readonly ledger_rows: number;
  /** Accepted records of batches that no run has staged. */
  readonly records_to_stage: number;
  readonly new_objects: Sizes;
  /** Whether every table is computed whole, or what the new objects touch. Null: nothing is due. */
  readonly mode: 'full' | 'incremental' | null;
  /** What the build reads: all that has landed when it is full, else what is new. */
  readonly read_objects: Sizes;
  /** Event dates of what is to be staged; what else it touches, only a run finds out. */
  readonly event_dates: readonly string[];
  readonly watermark: string | null;
  readonly steps: readonly { readonly step: string; readonly model: string | null }[];
}

/** Plans a run of the lake as it stands, and changes nothing. */
export async function dryRun(
  context: CommandContext,
  lake: Lake,
  {
    place,
    ...asked
  }: Pick<RunDueOptions, 'reportingCurrency'> & { readonly task: RunTask; readonly place: EnginePlace },
): Promise<DryRun> {
  const stores = await openLakeStores(lake, context.clock);
  try {
    const stream = openLakeStream(lake, context.clock);
    const waiting = waitingRecords(stream);
    stream.close();
    if (asked.task.kind !== 'rebuild') await requireTablesPlace(stores.ledger, place);
    const rows = await stores.ledger.rows();
    const publisher = new ParquetPublisher({
      buildsFolder: lake.buildsFolder,
      keep: context.settings.buildsKept,
    });
    const plan = await planOf(
      {
        ledger: stores.ledger,
        models: readModels(),
        // Nothing is published from a cluster.
        ...(place.kind === 'duckdb' ? { publisher } : {}),
      },
      {
        runId: '',
        allowedLatenessMs: ALLOWED_LATENESS_MS,
        ...asked,
        oldestWaitingArrivalMs: async () => waiting.oldestArrivalMs,
        isForced: asked.task.kind === 'rebuild',
        places: { objectsRoot: 'objects/', warehouse: '' },
      },
      rows,
    );
    const sources = (await readSources(stores.ledger)).map(({ name }) => name);
    return answerOf(plan, rows, { waiting_records: waiting.records, sources });
  } finally {
    stores.close();
  }
}

function answerOf(
  plan: RunPlan,
  rows: readonly StoredLedgerRow[],
  before: Pick<DryRun, 'waiting_records' | 'sources'>,
): DryRun {
  const unstaged = rows.filter((row) => row.stagedBy === null);
  const isBuilding = plan.steps.some((step) => step.kind === 'sources') && plan.reason !== null;
  return {
    reason: plan.reason,
    ...before,
    ledger_rows: plan.ledgerRows,
    records_to_stage: unstaged.reduce((sum, row) => sum + row.accepted, 0),
    new_objects: sizesOf(unstaged),
    mode: isBuilding ? plan.mode : null,
    read_objects: sizesOf(!isBuilding ? [] : plan.mode === 'full' ? rows : unstaged),
    event_dates: [...new Set(unstaged.flatMap((row) => row.eventDates))].sort(),
    watermark: plan.watermarkMs === null ? null : new Date(plan.watermarkMs).toISOString(),
    steps:
      plan.reason === null ? [] : plan.steps.map(({ kind, model }) => ({ step: kind, model: model ?? null })),
  };
}

function readLines({ mode, read_objects: read, event_dates: dates }: DryRun): readonly string[] {
  if (mode === null) return [];
  const objects = `${counted(read.objects, 'object')} (${formatBytes(read.bytes)} compressed)`;
  const touched = dates.length === 0 ? '' : `; event dates ${rangeOf(dates)}`;
  return [
    mode === 'full'
      ? `Read all ${objects}, since every table is computed whole.`
      : `Read ${objects}, and of the tables what they touch${touched}.`,
  ];
}

function rangeOf(dates: readonly string[]): string {
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  return first === last ? first : `${first} .. ${last} (${counted(dates.length, 'date')})`;
}

/** The plan for people. */
export function dryRunText(plan: DryRun): string {
  const first = [
    plan.waiting_records > 0
      ? `First: land ${counted(plan.waiting_records, 'record')} that wait in the stream; what they bring is not in this plan.`
      : null,
    plan.sources.length > 0 ? `First: ask ${plan.sources.join(', ')} for a snapshot.` : null,
  ].filter((line) => line !== null);
  if (plan.reason === null) return [...first, 'Nothing is due in what has landed.'].join('\n');
  const steps = plan.steps.map(({ step, model }) => model ?? step);
  return [
    ...first,
    `Due: ${plan.reason}.`,
    `Stage ${counted(plan.records_to_stage, 'record')} of ${counted(plan.new_objects.objects, 'new object')} (${formatBytes(plan.new_objects.bytes)}).`,
    ...readLines(plan),
    ...(plan.watermark === null ? [] : [`Watermark then: ${plan.watermark}`]),
    `${formatCount(steps.length)} steps:`,
    ...wrapped(steps, 96).map((line) => `  ${line}`),
    'Nothing was changed.',
  ].join('\n');
}
