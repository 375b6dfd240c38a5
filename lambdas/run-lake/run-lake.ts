import { createHash } from 'node:crypto';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import { buildModel } from './build-model.ts';
import { abandonRun, finishRun, publishViews } from './finish-run.ts';
import { readLakeState, readRun, STATE_NAMES, writeRun } from './lake-state.ts';
import { loadLakeState, loadSources } from './load-sources.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { reconcile } from './reconcile.ts';
import { fixReportingCurrency } from './reporting-currency.ts';
import { hasErrors, runChecks } from './run-checks.ts';
import type { RunHooks, RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import type { RunRecord, RunStep } from './run-record.ts';

/**
 * One run of the lake: plan what is due, then sources, models in order, checks, views, finish. The caller holds the
 * lake's lease. Each step is safe to repeat, and the ledger's rows count as staged only at the end: a run killed at
 * any step and started again ends in the same tables.
 *
 * Status `failed`: a check of severity error found bad rows; nothing is marked staged, the watermark stays.
 * Throws ModelRowsError, SqlError, and what the stores throw.
 */
export async function runLake(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  hooks: RunHooks = {},
): Promise<RunRecord> {
  const rows = await deps.ledger.rows();
  let run = await resumedRun(deps, settings.runId);
  if (run === null) {
    const plan = await planOf(deps, settings, rows);
    run = newRun(settings.runId, plan, deps.clock.nowMs());
    if (plan.reason === null) return run;
    await writeRun(deps.ledger, run);
  }
  try {
    while (run.status === 'running') {
      const step = run.steps[run.stepsDone];
      if (step === undefined) break;
      if (hooks.mayContinue !== undefined && !hooks.mayContinue()) return run;
      hooks.onStep?.(step, run.stepsDone, run.steps.length);
      run = await runStep(deps, settings, { run, step, rows });
      await writeRun(deps.ledger, run);
    }
  } catch (error) {
    await abandonRun(deps, run);
    throw error;
  }
  return run;
}

/** What a run would do now, without doing it. */
export async function planOf(
  deps: Pick<RunLakeDependencies, 'ledger' | 'models'>,
  settings: RunLakeSettings,
  rows: readonly StoredLedgerRow[],
): Promise<RunPlan> {
  const state = await readLakeState(deps.ledger);
  return planRun({
    rows,
    models: deps.models.models,
    previousWatermarkMs: state.watermarkMs,
    oldestWaitingArrivalMs: settings.oldestWaitingArrivalMs,
    allowedLatenessMs: settings.allowedLatenessMs,
    haveModelsChanged: rows.length > 0 && state.modelsFingerprint !== fingerprint(deps.models, settings),
    isForced: settings.isForced,
  });
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
    watermarkMs: plan.watermarkMs,
    ledgerRows: plan.ledgerRows,
    steps: isDue ? plan.steps : [],
    stepsDone: 0,
    models: [],
    checks: [],
    reconciliation: null,
  };
}

/** Does one step and gives the record after it. */
async function runStep(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  at: {
    readonly run: RunRecord;
    readonly step: RunStep;
    readonly rows: readonly StoredLedgerRow[];
  },
): Promise<RunRecord> {
  const { run, step, rows } = at;
  const done = { ...run, stepsDone: run.stepsDone + 1 };
  switch (step.kind) {
    case 'sources': {
      const state = await lakeStateOf(deps, settings, run);
      await loadSources(deps, settings.places, { runId: run.runId, rows, state });
      return done;
    }
    case 'model': {
      const model = deps.models.models.find((candidate) => candidate.name === step.model);
      if (model === undefined) throw new RangeError(`the run knows no model ${step.model}; start a new run`);
      const startedMs = deps.clock.nowMs();
      const changes = await buildModel(deps.engine, model, settings.places.warehouse);
      if (model.kind !== 'table') return done;
      const report = { model: model.name, ...changes, durationMs: deps.clock.nowMs() - startedMs };
      return { ...done, models: [...run.models, report] };
    }
    case 'currency': {
      const isNew = await fixReportingCurrency(deps, settings.reportingCurrency);
      if (isNew) await loadLakeState(deps, await lakeStateOf(deps, settings, run));
      return done;
    }
    case 'checks': {
      const checks = await runChecks(deps.engine, deps.models.checks);
      const reconciliation = await reconcile(deps.engine, rows);
      const failed = hasErrors(checks);
      for (const check of checks) {
        if (check.badRows > 0) {
          deps.telemetry.warn('check found bad rows', { check: check.check, bad_rows: check.badRows });
        }
      }
      const after = { ...done, checks, reconciliation };
      if (!failed) return after;
      deps.telemetry.count('FailedRun', 1);
      return { ...after, status: 'failed', finishedAtMs: deps.clock.nowMs() };
    }
    case 'views': {
      await publishViews(deps.engine, deps.models.models);
      return done;
    }
    case 'finish':
      return { ...(await finishRun(deps, done, fingerprint(deps.models, settings))) };
  }
}

async function lakeStateOf(
  deps: Pick<RunLakeDependencies, 'ledger'>,
  settings: RunLakeSettings,
  run: RunRecord,
): Promise<{ watermarkMs: number | null; allowedLatenessMs: number; reportingCurrency: string | null }> {
  return {
    watermarkMs: run.watermarkMs,
    allowedLatenessMs: settings.allowedLatenessMs,
    reportingCurrency:
      (await deps.ledger.readState(STATE_NAMES.reportingCurrency)) ?? settings.reportingCurrency,
  };
}

/** Changes whenever a rebuild could give other tables: SQL, headers, lateness. */
function fingerprint(models: ModelLibrary, settings: RunLakeSettings): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ models, allowedLatenessMs: settings.allowedLatenessMs }));
  return hash.digest('hex');
}
