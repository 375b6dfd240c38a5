import type { Model, SourceModel, TableModel } from '../domain/models/model.ts';
import { biColumns, renderBiView, renderComments } from '../domain/models/render-table.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { dropScratch } from './build-model.ts';
import { commitBuild, commitsSteps, rollBackBuild } from './build-transaction.ts';
import { LostLeaseError, replaceState, STATE_NAMES, withdraw } from './lake-state.ts';
import { changeOfLedger } from './ledger-change.ts';
import type { RunTables } from './make-anew.ts';
import { hasFinished, notePublishStatus, PUBLISH_STATUS } from './publish-status.ts';
import type { RunLakeDependencies } from './run-dependencies.ts';
import { writeRun } from './run-history.ts';
import type { RunRecord } from './run-record.ts';
import { writeTableVersions } from './table-versions.ts';

/** Whether a flat view `bi_<table>` shows it: every curated table, and what tells whether they are whole. */
export function hasBiView(model: Model): model is TableModel | SourceModel {
  if (model.kind === 'source') return model.name === PUBLISH_STATUS;
  return model.kind === 'table' && model.file.startsWith('curated/');
}

/** The view `bi_<table>` of each table that has one. */
export async function publishViews(engine: SqlEngine, models: readonly Model[]): Promise<void> {
  for (const model of models.filter(hasBiView)) {
    await engine.execute(renderBiView(model));
    if (engine.dialect !== 'duckdb') continue;
    const view = {
      name: `bi_${model.name}`,
      columns: biColumns(model.columns),
      meaning: model.meaning,
    };
    for (const statement of renderComments(view, 'view')) await engine.execute(statement);
  }
}

/**
 * The end of a good build, in the order in which a crash does no harm: its scratch tables go, its tables are committed,
 * ledger rows count as staged, then the watermark, the currency, the fingerprint. What is missing after a crash makes
 * the next run due, which changes zero rows.
 */
export async function finishRun(
  deps: RunLakeDependencies,
  run: RunRecord,
  built: {
    readonly tables: RunTables;
    readonly reportingCurrency: string | null;
    readonly setAside: string;
    readonly modelsFingerprint: string;
  },
): Promise<void> {
  await dropScratch(built.tables, deps.models);
  const ofLedger = await changeOfLedger(deps, run);
  await writeTableVersions(deps.ledger, {
    runId: run.runId,
    models: ofLedger === null ? run.models : [...run.models, ofLedger],
  });
  await commitBuild(deps.engine);
  await deps.ledger.markStaged(await stagedLedgerIds(deps.engine, deps.ledger, run.runId), run.runId);
  if (run.watermarkMs !== null) {
    await replaceState(deps.ledger, STATE_NAMES.watermark, String(run.watermarkMs));
  }
  if (built.reportingCurrency !== null) {
    await replaceState(deps.ledger, STATE_NAMES.reportingCurrency, built.reportingCurrency);
  }
  await replaceState(deps.ledger, STATE_NAMES.setAside, built.setAside);
  await replaceState(deps.ledger, STATE_NAMES.modelsFingerprint, built.modelsFingerprint);
  if ((await deps.ledger.readState(STATE_NAMES.unfinishedRun)) !== null)
    await replaceState(deps.ledger, STATE_NAMES.unfinishedRun, '');
}

/** After an error: undone, and recorded. It never throws, since the error itself is what the caller has to see. */
export async function abandonRun(deps: RunLakeDependencies, run: RunRecord, failure: unknown): Promise<void> {
  deps.telemetry.count('FailedRun', 1);
  try {
    await rollBackBuild(deps.engine);
    // Another run has the lake then, and may have built on what this one let in.
    if (!(failure instanceof LostLeaseError)) await withdraw(deps.ledger, run.runId);
    await writeRun(deps.ledger, { ...run, status: 'failed', finishedAtMs: deps.clock.nowMs() });
    // Before the first step no table has been written, after `finish` all are; a compaction writes no row.
    const isHalf = run.steps[0]?.kind === 'sources' && run.stepsDone > 0 && !hasFinished(run);
    if (isHalf && commitsSteps(deps.engine, run.mode) && !(failure instanceof LostLeaseError))
      await notePublishStatus(deps, run, 'failed');
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'not an Error';
    deps.telemetry.error('the failed run could not be recorded', { runId: run.runId, error: kind });
  }
}

/** The rows that this run read, and no row that landed since: those that the exported ledger names. */
async function stagedLedgerIds(
  engine: SqlEngine,
  ledger: LedgerStore,
  runId: string,
): Promise<readonly string[]> {
  const unstaged = new Set((await ledger.rows({ unstagedOnly: true })).map((row) => row.ledgerId));
  const exported = await engine.query('select ledger_id, staged_by from ledger');
  return exported.rows
    .filter((row) => row[1] === runId && unstaged.has(String(row[0])))
    .map((row) => String(row[0]));
}
