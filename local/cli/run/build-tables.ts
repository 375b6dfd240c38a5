import type { Freshness } from '../../../lambdas/domain/freshness.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import type { RunRecord, RunStep } from '../../../lambdas/run-lake/run-record.ts';
import { takeOverStatements } from '../../../lambdas/run-lake/statement-fence.ts';
import { ALLOWED_LATENESS_MS, type Lake } from '../../lake.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { readModels } from '../../model-files.ts';
import type { LocalSettings } from '../../settings.ts';
import type { CommandContext } from '../context.ts';
import { type EnginePlace, ON_DUCKDB } from '../engine/engine-options.ts';
import { openEngine } from '../engine/open-engine.ts';
import { isMergeDue, noteMerge } from '../engine/row-group-merges.ts';
import { claimTablesPlace, settleTablesPlace } from '../engine/tables-place.ts';
import type { HeldLease } from '../lake-lease.ts';
import type { ProgressStep } from '../progress.ts';
import { ReporterTelemetry } from '../reporter-telemetry.ts';

export interface BuildOptions {
  /** Builds everything although nothing is due. */
  readonly isForced: boolean;
  readonly reportingCurrency: string | null;
  readonly oldestWaitingArrivalMs: number | null;
  /** How long to wait for readers of the tables. */
  readonly waitS: number;
  readonly task?: RunTask;
  /** Where the tables stand. Absent: in the lake's own file. */
  readonly place?: EnginePlace;
  /** Looks at the tables before anything is built. */
  readonly onTables?: (engine: SqlEngine) => Promise<void>;
}

/** Stages, builds and checks what is due. On Ctrl-C it ends after the step in hand with status `running`. */
export async function buildTables(
  context: CommandContext,
  at: { readonly lake: Lake; readonly stores: LakeStores; readonly held: HeldLease },
  options: BuildOptions,
): Promise<RunRecord> {
  const { lake, stores, held } = at;
  const place = options.place ?? ON_DUCKDB;
  const { ledger } = stores;
  const mergesRowGroups = await isMergeDue(ledger);
  const opened = await openEngine(
    context,
    { lake, objects: stores.objects },
    { place, waitS: options.waitS, mergesRowGroups },
  );
  const isCompaction = options.task?.kind === 'compact';
  const step = context.reporter.step(isCompaction ? 'Compacting' : 'Building', { unit: 'steps' });
  try {
    const { engine, objects, publisher, places } = opened;
    const runId = `${new Date(context.clock.nowMs()).toISOString()}-${process.pid}`;
    await claimTablesPlace(ledger, place, options.task);
    await takeOverStatements({ engine, ledger }, { fence: held.fence, term: runId });
    await options.onTables?.(engine);
    const run = await runLake(
      {
        ...{ engine, objects, ledger },
        clock: context.clock,
        telemetry: new ReporterTelemetry(context.reporter),
        models: readModels(),
        ...(publisher === undefined ? {} : { publisher }),
      },
      {
        runId,
        allowedLatenessMs: ALLOWED_LATENESS_MS,
        reportingCurrency: options.reportingCurrency,
        oldestWaitingArrivalMs: async () => options.oldestWaitingArrivalMs,
        isForced: options.isForced,
        ...(options.task === undefined ? {} : { task: options.task }),
        freshness: freshnessOf(context.settings),
        places,
      },
      {
        onStep: (runStep, index, total) => tell(step, runStep, { index, total }),
        mayContinue: () => {
          held.check();
          return !context.interrupt.signal.aborted;
        },
      },
    );
    if (run.status === 'succeeded' || run.status === 'failed') {
      step.end(
        isCompaction
          ? `Compacting: ${run.steps.length} tables`
          : `Building: ${run.models.length} tables, ${run.checks.length} checks`,
      );
    }
    if (run.status === 'succeeded') {
      await settleTablesPlace(ledger, place);
      if (run.runId === runId && place.kind === 'duckdb') await noteMerge(ledger, mergesRowGroups);
    }
    return run;
  } finally {
    opened.close();
  }
}

/** A laptop's lake may live in a time of its own: ages count until its newest arrival. */
function freshnessOf({ freshWarnH, freshErrorH }: LocalSettings): Freshness {
  const seconds = (hours: number | null) => (hours === null ? null : hours * 3_600);
  const limit = { warnAfterS: seconds(freshWarnH), errorAfterS: seconds(freshErrorH) };
  return { limits: [{ source: 'events', ...limit }], asOfMs: null };
}

function tell(
  step: ProgressStep,
  runStep: RunStep,
  at: { readonly index: number; readonly total: number },
): void {
  step.update(
    at.index,
    at.index / at.total,
    `${runStep.model ?? runStep.kind} (${at.index + 1} of ${at.total})`,
  );
}
