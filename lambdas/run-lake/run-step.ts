import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { anewWithoutBroken } from './begin-anew.ts';
import { buildModel } from './build-model.ts';
import { beginBuild, commitBuild, rollBackBuild } from './build-transaction.ts';
import { finishRun, publishViews } from './finish-run.ts';
import { STATE_NAMES } from './lake-state.ts';
import { loadCheckResults, loadLakeState, loadSources } from './load-sources.ts';
import { publishBuild } from './publish-build.ts';
import { setAsideState } from './readable-objects.ts';
import { quarantineOf, reconcile } from './reconcile.ts';
import { currencyOfFirstPurchase, currencyOfTables } from './reporting-currency.ts';
import { currencyOf, fingerprint } from './run-basis.ts';
import { hasErrors, runChecks } from './run-checks.ts';
import { runColumnChecks } from './run-column-checks.ts';
import type { RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import { readRuns } from './run-history.ts';
import type { RunRecord, RunStep } from './run-record.ts';
import type { LakeStateRow } from './source-rows.ts';
import { notesByKey, setAsideBroken } from './verify-objects.ts';

/** A step, the run so far, and the ledger as the call found it. */
export interface StepAt {
  readonly run: RunRecord;
  readonly step: RunStep;
  readonly rows: readonly StoredLedgerRow[];
}

/** Does one step and gives the record after it. */
export async function runStep(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  at: StepAt,
): Promise<RunRecord> {
  const { run, step, rows } = at;
  const done = { ...run, stepsDone: run.stepsDone + 1 };
  switch (step.kind) {
    case 'sources': {
      const stored = await deps.ledger.readState(STATE_NAMES.reportingCurrency);
      const state = lakeStateOf(run, settings, currencyOf(stored, settings));
      // A laptop's build reads all objects anyway, and its engine takes a cut-off one for a shorter one.
      const isLaptop = deps.engine.dialect === 'duckdb';
      await setAsideBroken(deps, rows, (_object, row) => isLaptop || row.stagedBy === null);
      const notes = notesByKey(await deps.ledger.setAsides());
      await beginBuild(deps.engine);
      const { freshness } = settings;
      await loadSources(deps, settings.places, { runId: run.runId, rows, notes, state, freshness });
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
      const checks = [
        ...(await runChecks(deps.engine, deps.models.checks)),
        ...(await runColumnChecks(deps.engine, deps.models.models)),
      ];
      const reconciliation = await reconcile(deps.engine, rows);
      const failed = hasErrors(checks);
      const anew = failed ? await anewWithoutBroken(deps, at, 'checks') : null;
      if (anew !== null) return anew;
      for (const check of checks) {
        if (check.badRows > 0) {
          deps.telemetry.warn('check found bad rows', { check: check.check, badRows: check.badRows });
        }
      }
      const after = { ...done, checks, reconciliation, quarantine: await quarantineOf(deps.engine) };
      if (!failed) {
        await keepCheckResults(deps, after);
        return after;
      }
      await rollBackBuild(deps.engine);
      await keepFailedResults(deps, after);
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
      const setAside = await setAsideOfSources(deps.engine);
      await finishRun(deps, done, { reportingCurrency: currency, setAside, modelsFingerprint });
      return done;
    }
    case 'publish': {
      const { publisher } = deps;
      if (publisher === undefined) return done;
      return { ...done, publication: await publishBuild({ ...deps, publisher }, run, deps.clock.nowMs()) };
    }
  }
}

/** The table check_results with what this run's checks found. */
async function keepCheckResults(deps: RunLakeDependencies, run: RunRecord): Promise<void> {
  const others = (await readRuns(deps.ledger)).filter(({ runId }) => runId !== run.runId);
  await loadCheckResults(deps, [run, ...others]);
}

/** The same after the build was undone: the one thing that a failed run leaves in the tables. */
async function keepFailedResults(deps: RunLakeDependencies, run: RunRecord): Promise<void> {
  await beginBuild(deps.engine);
  await keepCheckResults(deps, run);
  await commitBuild(deps.engine);
}

/** As the loaded sources tell it: objects set aside since then make the next run due. */
async function setAsideOfSources(engine: SqlEngine): Promise<string> {
  const { rows } = await engine.query('select object_key, replacement_key from set_aside_objects');
  return setAsideState(
    rows.map(([key, replacementKey]) => ({
      key: String(key),
      replacementKey: typeof replacementKey === 'string' ? replacementKey : null,
    })),
  );
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
