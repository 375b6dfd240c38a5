import type { StoredLedgerRow } from '../domain/ledger.ts';
import { assertColumnsOnce } from './assert-columns.ts';
import { anewWithoutBroken } from './begin-anew.ts';
import { commitStep } from './build-transaction.ts';
import { filesFewer } from './compact-table.ts';
import { abandonRun } from './finish-run.ts';
import { readAdmissions, readLakeState } from './lake-state.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { unpublishedRun } from './publish-build.ts';
import { setAsideStateOf } from './readable-objects.ts';
import { currencyOf, fingerprint } from './run-basis.ts';
import type { RunHooks, RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import { readRun, writeNewRun, writeRun } from './run-history.ts';
import { RunKnowledge } from './run-knowledge.ts';
import type { RunRecord, RunStep, StepReport } from './run-record.ts';
import { runStep, type StepAt } from './run-step.ts';
import { notesByKey } from './verify-objects.ts';

/**
 * One run of the lake: plan what is due, then sources, models in order, checks, views, finish, publish. The caller holds the
 * lake's lease. Each step is safe to repeat, and the ledger's rows count as staged only at the end: a run killed at
 * any step and started again ends in the same tables. Objects that are missing or broken are set aside, and the run
 * goes on without their records.
 *
 * Status `failed`: a check of severity error found bad rows; nothing is marked staged, the watermark stays, nothing is
 * published, and on a laptop an incremental run leaves every table as it was. Status `running`: asked to stop; on a
 * laptop a transaction is open, so go on under the same id on the same engine, or close the engine, which undoes it.
 *
 * Throws ModelColumnsError, before anything is written, ModelRowsError, SqlError, and what the stores throw.
 */
export async function runLake(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  hooks: RunHooks = {},
): Promise<RunRecord> {
  const rows = rowsOfTask(await deps.ledger.rows(), settings.task);
  let run = await resumedRun(deps, settings.runId);
  if (run === null) {
    const plan = await planOf(deps, settings, rows);
    run = plan.unpublished ?? newRun(settings.runId, plan, deps.clock.nowMs());
    if (plan.reason === null) return run;
    if (plan.haveModelsChanged) {
      await assertColumnsOnce(deps.engine, deps.models.models, fingerprint(deps.models, settings, null));
    }
    await writeNewRun(deps.ledger, run);
  }
  const known = new RunKnowledge(deps, settings);
  try {
    while (run.status === 'running') {
      const step = run.steps[run.stepsDone];
      if (step === undefined) break;
      if (hooks.mayContinue !== undefined && !hooks.mayContinue()) return run;
      hooks.onStep?.(step, run.stepsDone, run.steps.length);
      run = await reportedStep(deps, settings, { run, step, rows, known });
      await writeRun(deps.ledger, run);
    }
  } catch (error) {
    await abandonRun(deps, run, error);
    throw error;
  }
  return run;
}

/** A backfill leaves alone what waits to be staged. */
function rowsOfTask(
  rows: readonly StoredLedgerRow[],
  task: RunLakeSettings['task'],
): readonly StoredLedgerRow[] {
  return task?.kind === 'backfill' ? rows.filter(({ stagedBy }) => stagedBy !== null) : rows;
}

/** What a run would do now, without doing it. */
export async function planOf(
  deps: Pick<RunLakeDependencies, 'ledger' | 'models' | 'publisher'>,
  settings: RunLakeSettings,
  rows: readonly StoredLedgerRow[],
): Promise<RunPlan> {
  const state = await readLakeState(deps.ledger);
  const currency = currencyOf(state.reportingCurrency, settings);
  const notes = notesByKey(await deps.ledger.setAsides());
  const admissions = await readAdmissions(deps.ledger);
  return planRun({
    rows,
    models: deps.models.models,
    previousWatermarkMs: state.watermarkMs,
    oldestWaitingArrivalMs: await settings.oldestWaitingArrivalMs(),
    allowedLatenessMs: settings.allowedLatenessMs,
    haveModelsChanged:
      (rows.length > 0 || currency !== state.reportingCurrency) &&
      state.modelsFingerprint !== fingerprint(deps.models, settings, currency, admissions),
    haveObjectsChanged: state.setAside !== setAsideStateOf(rows, notes),
    isForced: settings.isForced,
    ...(settings.task === undefined ? {} : { task: settings.task }),
    unfinishedRun: state.unfinishedRun,
    isPublishing: deps.publisher !== undefined,
    unpublished: await unpublishedRun(deps.publisher, await readRun(deps.ledger)),
  });
}

/** One step with what it took; after the last one the run has succeeded. */
async function reportedStep(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  at: StepAt,
): Promise<RunRecord> {
  const { run: before, step } = at;
  const startedMs = deps.clock.nowMs();
  const scannedBefore = deps.engine.scannedBytes?.() ?? null;
  const run = await stepOrAnew(deps, settings, at);
  if (run.stepsDone <= before.stepsDone) return run;
  const nowMs = deps.clock.nowMs();
  const scannedAfter = deps.engine.scannedBytes?.() ?? null;
  const report: StepReport = {
    ...step,
    rows: rowsOf(step, { ...at, run }),
    durationMs: nowMs - startedMs,
    scannedBytes: scannedBefore === null || scannedAfter === null ? null : scannedAfter - scannedBefore,
  };
  const reported = { ...run, stepReports: [...run.stepReports, report] };
  const isOver = run.status === 'running' && run.stepsDone === run.steps.length;
  return isOver ? { ...reported, status: 'succeeded', finishedAtMs: nowMs } : reported;
}

function rowsOf(step: RunStep, { run, rows }: Pick<StepAt, 'run' | 'rows'>): number | null {
  switch (step.kind) {
    case 'sources':
      return rows.length;
    case 'model': {
      const report = run.models.find(({ model }) => model === step.model);
      return report === undefined ? null : report.inserted + report.updated + report.deleted;
    }
    case 'checks':
      return run.checks.reduce((sum, { badRows }) => sum + badRows, 0);
    case 'compact': {
      const report = run.compactions?.find(({ table }) => table === step.model);
      return report === undefined ? null : filesFewer(report);
    }
    case 'publish':
      return run.publication?.rows ?? null;
    default:
      return null;
  }
}

/** A step that failed over a broken object begins the build anew, without it. Throws what the step threw, else. */
async function stepOrAnew(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  at: StepAt,
): Promise<RunRecord> {
  try {
    const run = await runStep(deps, settings, at);
    if (at.step.kind === 'sources' || at.step.kind === 'model') await commitStep(deps.engine, run.mode);
    return run;
  } catch (error) {
    const anew = await anewWithoutBroken(deps, at, error);
    if (anew === null) throw error;
    return anew;
  }
}

async function resumedRun(deps: RunLakeDependencies, runId: string): Promise<RunRecord | null> {
  const stored = await readRun(deps.ledger);
  return stored !== null && stored.runId === runId && stored.status === 'running' ? stored : null;
}

function newRun(runId: string, plan: RunPlan, nowMs: number): RunRecord {
  const isDue = plan.reason !== null;
  return {
    runId,
    status: isDue ? 'running' : 'unchanged',
    startedAtMs: nowMs,
    finishedAtMs: isDue ? null : nowMs,
    reason: plan.reason ?? 'nothing is due',
    mode: plan.mode,
    watermarkMs: plan.watermarkMs,
    ledgerRows: plan.ledgerRows,
    steps: isDue ? plan.steps : [],
    stepsDone: 0,
    stepReports: [],
    models: [],
    checks: [],
    reconciliation: null,
    quarantine: [],
    publication: null,
  };
}
