import type { StoredLedgerRow } from '../domain/ledger.ts';
import { isoFromUs } from '../domain/time.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { anewWithoutBroken } from './begin-anew.ts';
import { buildStep, type IsChanged, LEDGERS, readerOf } from './build-step.ts';
import { beginBuild, commitBuild, commitsSteps, rollBackBuild } from './build-transaction.ts';
import { compactTable } from './compact-table.ts';
import { finishRun, publishViews } from './finish-run.ts';
import { recordHeadlines } from './headline-history.ts';
import { admit, readAdmissions, readLakeState, replaceState, STATE_NAMES, withdraw } from './lake-state.ts';
import {
  dropNarrowViews,
  loadCheckResults,
  loadLakeState,
  loadSources,
  showAllObjects,
} from './load-sources.ts';
import { publishBuild } from './publish-build.ts';
import { notePublishStatus } from './publish-status.ts';
import { setAsideState } from './readable-objects.ts';
import { quarantineOf, reconcile } from './reconcile.ts';
import { currencyOfFirstPurchase } from './reporting-currency.ts';
import { currencyOf, fingerprint } from './run-basis.ts';
import { hasErrors, runChecks } from './run-checks.ts';
import { runColumnChecks } from './run-column-checks.ts';
import type { RunLakeDependencies, RunLakeSettings, RunTask } from './run-dependencies.ts';
import { readRuns } from './run-history.ts';
import type { RunKnowledge } from './run-knowledge.ts';
import type { RunRecord, RunStep } from './run-record.ts';
import type { LakeStateRow } from './source-rows.ts';
import { forgetTableVersions } from './table-versions.ts';
import { notesByKey, setAsideBroken } from './verify-objects.ts';

/** A step, the run so far, and the ledger as the call found it. */
export interface StepAt {
  readonly run: RunRecord;
  readonly step: RunStep;
  readonly rows: readonly StoredLedgerRow[];
  readonly known: RunKnowledge;
}

/** Does one step and gives the record after it. */
export async function runStep(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  at: StepAt,
): Promise<RunRecord> {
  const { run, step, rows, known } = at;
  const done = { ...run, stepsDone: run.stepsDone + 1 };
  switch (step.kind) {
    case 'sources': {
      const stored = await deps.ledger.readState(STATE_NAMES.reportingCurrency);
      const state = lakeStateOf(run, settings, currencyOf(stored, settings));
      await letIn(deps.ledger, { run, task: settings.task, rows });
      // A whole build on a laptop reads all objects, and its engine takes a cut-off one for a shorter one.
      const isAll = deps.engine.dialect === 'duckdb' && run.mode === 'full';
      await setAsideBroken(deps, rows, (_object, row) => isAll || row.stagedBy === null);
      const { freshness, funnels } = settings;
      const lake = { ...(await lakeOf(deps, at)), runId: run.runId, state, freshness, funnels };
      await beginBuild(deps.engine);
      const admissions = await readAdmissions(deps.ledger);
      const tables = deps.models.models.filter((model) => model.kind === 'table');
      await loadSources(deps, settings.places, { ...lake, admissions }, tables);
      await notePublishStatus(deps, run, 'writing');
      known.noteCurrency(state.reportingCurrency);
      if (commitsSteps(deps.engine, run.mode)) await noteUnfinished(deps.ledger, run.runId);
      return done;
    }
    case 'model': {
      const model = deps.models.models.find((candidate) => candidate.name === step.model);
      if (model === undefined) throw new RangeError(`the run knows no model ${step.model}; start a new run`);
      return buildStep(deps, settings, { run, model, known, isChanged: await changesOf(deps, settings, at) });
    }
    case 'currency': {
      if ((await known.currency()) !== null) return done;
      const currency = await currencyOfFirstPurchase(deps.engine);
      if (currency !== null) await loadLakeState(deps, lakeStateOf(run, settings, currency));
      known.noteCurrency(currency);
      return done;
    }
    case 'checks': {
      const checks = [
        ...(await runChecks(deps.engine, deps.models.checks, await readerOfRun(deps, settings, at))),
        ...(await runColumnChecks(deps.engine, deps.models.models, run)),
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
      await withdraw(deps.ledger, run.runId);
      await keepFailedResults(deps, after);
      deps.telemetry.count('FailedRun', 1);
      return { ...after, status: 'failed', finishedAtMs: deps.clock.nowMs() };
    }
    case 'views': {
      await dropNarrowViews(deps.engine, deps.models.models);
      if (deps.engine.dialect !== 'duckdb' && run.mode === 'incremental')
        await showAllObjects(deps, settings.places, await lakeOf(deps, at));
      // Other columns make other models, and these a whole build.
      if (run.mode === 'full') await publishViews(deps.engine, deps.models.models);
      return done;
    }
    case 'finish': {
      const currency = await known.currency();
      const admissions = await readAdmissions(deps.ledger);
      const modelsFingerprint = fingerprint(deps.models, settings, currency, admissions);
      const setAside = await setAsideOfSources(deps.engine);
      const { warehouse } = settings.places;
      await recordHeadlines(deps, { ...settings, warehouse }, done);
      await notePublishStatus(deps, run, 'whole');
      const { tables } = known;
      await finishRun(deps, done, { tables, reportingCurrency: currency, setAside, modelsFingerprint });
      return done;
    }
    case 'compact': {
      const report = step.model === undefined ? null : await compactTable(deps.engine, step.model);
      return report === null ? done : { ...done, compactions: [...(run.compactions ?? []), report] };
    }
    case 'publish': {
      const { publisher } = deps;
      if (publisher === undefined) return done;
      return { ...done, publication: await publishBuild({ ...deps, publisher }, run, deps.clock.nowMs()) };
    }
  }
}

/** What a run before, or an attempt before, has changed and not told makes the version of any table unknown. */
async function noteUnfinished(ledger: RunLakeDependencies['ledger'], runId: string): Promise<void> {
  if ((await readLakeState(ledger)).unfinishedRun !== null) await forgetTableVersions(ledger);
  await replaceState(ledger, STATE_NAMES.unfinishedRun, runId);
}

/** The ledger as the run reads it, with the notes on broken objects as they stand now. */
async function lakeOf(
  { ledger }: Pick<RunLakeDependencies, 'ledger'>,
  { run, rows }: Pick<StepAt, 'run' | 'rows'>,
) {
  const notes = notesByKey(await ledger.setAsides());
  return { rows, notes, mode: run.mode };
}

/** A backfill's admission reaches as far as what had arrived and was staged when it was asked for. */
async function letIn(
  ledger: RunLakeDependencies['ledger'],
  {
    run,
    task,
    rows,
  }: { readonly run: RunRecord; readonly task: RunTask | undefined; readonly rows: StepAt['rows'] },
): Promise<void> {
  if (task?.kind !== 'backfill') return;
  // Files are admitted anyway, and the slot of a snapshot may lie far behind the stream, or before it.
  const ofStream = rows.filter(({ source }) => source === 'events');
  const arrivals = ofStream.map(({ maxArrivalTime }) => maxArrivalTime).sort();
  const newest = arrivals.at(-1);
  if (newest === undefined) return;
  const { from: fromDate, to: toDate } = task;
  const arrivedUntil = isoFromUs(Date.parse(newest) * 1000);
  await admit(ledger, { runId: run.runId, fromDate, toDate, arrivedUntil });
}

/** What this run has found changed so far: tables by their reports, sources by what it stages. */
async function changesOf(
  deps: RunLakeDependencies,
  settings: RunLakeSettings,
  { run, step, rows, known }: StepAt,
): Promise<IsChanged> {
  if (settings.task?.kind === 'backfill') return () => true;
  // Only a whole table asks, and there are few of them.
  const model = deps.models.models.find(({ name }) => name === step.model);
  if (model?.kind !== 'table' || model.slice.kind !== 'all') return () => true;
  const changed = new Set(
    run.models
      .filter(({ inserted, updated, deleted }) => inserted + updated + deleted > 0)
      .map(({ model }) => model),
  );
  for (const { source, stagedBy } of rows) {
    if (stagedBy !== null) continue;
    for (const name of [`raw_${source}`, ...LEDGERS]) changed.add(name);
    if (source.startsWith('file_')) changed.add('raw_file_quarantine');
  }
  const state = await readLakeState(deps.ledger);
  const currency = await known.currency();
  if (run.watermarkMs !== state.watermarkMs || currency !== state.reportingCurrency)
    changed.add('lake_state');
  return (name) => changed.has(name);
}

async function readerOfRun(deps: RunLakeDependencies, settings: RunLakeSettings, at: StepAt) {
  return at.run.mode === 'full'
    ? null
    : readerOf(deps, at.known.touched, await changesOf(deps, settings, at));
}

/** The table check_results with what this run's checks found. */
async function keepCheckResults(deps: RunLakeDependencies, run: RunRecord): Promise<void> {
  const others = (await readRuns(deps.ledger)).filter(({ runId }) => runId !== run.runId);
  await loadCheckResults(deps, [run, ...others]);
}

/** The same after the step was undone. */
async function keepFailedResults(deps: RunLakeDependencies, run: RunRecord): Promise<void> {
  await beginBuild(deps.engine);
  await keepCheckResults(deps, run);
  if (commitsSteps(deps.engine, run.mode)) await notePublishStatus(deps, run, 'failed');
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
