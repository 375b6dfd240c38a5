import { createHash } from 'node:crypto';
import { isoCurrency } from '../domain/currency.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import { buildModel } from './build-model.ts';
import { beginBuild, rollBackBuild } from './build-transaction.ts';
import { abandonRun, finishRun, publishViews } from './finish-run.ts';
import { readLakeState, readRun, STATE_NAMES, writeRun } from './lake-state.ts';
import { type LakeStateRow, loadLakeState, loadSources } from './load-sources.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { reconcile } from './reconcile.ts';
import { currencyOfFirstPurchase, currencyOfTables } from './reporting-currency.ts';
import { hasErrors, runChecks } from './run-checks.ts';
import type { RunHooks, RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import type { RunRecord, RunStep } from './run-record.ts';

/**
 * One run of the lake: plan what is due, then sources, models in order, checks, views, finish. The caller holds the
 * lake's lease. Each step is safe to repeat, and the ledger's rows count as staged only at the end: a run killed at
 * any step and started again ends in the same tables.
 *
 * Status `failed`: a check of severity error found bad rows; nothing is marked staged, the watermark stays, and on a
 * laptop every table keeps its last good rows. Status `running`: asked to stop; on a laptop the build's transaction is
 * open, so go on under the same id on the same engine, or close the engine, which undoes it. Throws ModelRowsError, SqlError, and what the stores throw.
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
  const currency = currencyOf(state.reportingCurrency, settings);
  return planRun({
    rows,
    models: deps.models.models,
    previousWatermarkMs: state.watermarkMs,
    oldestWaitingArrivalMs: settings.oldestWaitingArrivalMs,
    allowedLatenessMs: settings.allowedLatenessMs,
    haveModelsChanged:
      (rows.length > 0 || currency !== state.reportingCurrency) &&
      state.modelsFingerprint !== fingerprint(deps.models, settings, currency),
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
      const stored = await deps.ledger.readState(STATE_NAMES.reportingCurrency);
      const state = lakeStateOf(run, settings, currencyOf(stored, settings));
      await beginBuild(deps.engine);
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
      if ((await currencyOfTables(deps.engine)) !== null) return done;
      const currency = await currencyOfFirstPurchase(deps.engine);
      if (currency !== null) await loadLakeState(deps, lakeStateOf(run, settings, currency));
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
      await rollBackBuild(deps.engine);
      deps.telemetry.count('FailedRun', 1);
      return { ...after, status: 'failed', finishedAtMs: deps.clock.nowMs() };
    }
    case 'views': {
      await publishViews(deps.engine, deps.models.models);
      return done;
    }
    case 'finish': {
      const currency = await currencyOfTables(deps.engine);
      const modelsFingerprint = fingerprint(deps.models, settings, currency);
      return finishRun(deps, done, { reportingCurrency: currency, modelsFingerprint });
    }
  }
}

/** The lake's own for ever, or else the setting. Throws RangeError for a setting that is no currency. */
function currencyOf(stored: string | null, settings: RunLakeSettings): string | null {
  if (stored !== null || settings.reportingCurrency === null) return stored;
  return isoCurrency(settings.reportingCurrency);
}

function lakeStateOf(
  run: RunRecord,
  settings: RunLakeSettings,
  reportingCurrency: string | null,
): LakeStateRow {
  return {
    watermarkMs: run.watermarkMs,
    allowedLatenessMs: settings.allowedLatenessMs,
    reportingCurrency,
  };
}

/** Changes whenever a rebuild could give other tables: SQL, headers, lateness, currency. */
function fingerprint(models: ModelLibrary, settings: RunLakeSettings, currency: string | null): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ models, allowedLatenessMs: settings.allowedLatenessMs, currency }));
  return hash.digest('hex');
}
