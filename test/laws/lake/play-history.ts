import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNNELS, type Funnel } from '../../../lambdas/domain/funnels.ts';
import type { ModelLibrary } from '../../../lambdas/domain/models/model.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { differenceOf, differenceText, type TableRows } from './compare-tables.ts';
import { FinalRows } from './final-rows.ts';
import { folderObjects } from './folder-objects.ts';
import type { History, HistoryStep } from './history.ts';
import { HistoryLake } from './history-lake.ts';
import { OracleOfHistory } from './oracle-of-history.ts';

/** What is tried of a history beside "run by run = at once, repeated = nothing changes, and = the oracle". */
export interface Trial {
  readonly library: ModelLibrary;
  /** Absent: those that ship. */
  readonly funnels?: readonly Funnel[];
  /** Whether a second lake is built from nothing too; else the forced run alone tells whether a full build differs. */
  readonly isRebuilt: boolean;
  /** Ends at the first run after which the oracle says otherwise, and tries nothing else. */
  readonly isQuick?: boolean;
}

export interface Verdict {
  /** Each begins with the law and the table. */
  readonly breaches: readonly string[];
  readonly runs: number;
  /** Runs that computed less than everything. */
  readonly incrementalRuns: number;
  /** Rows that were compared with the oracle. */
  readonly rows: number;
  readonly finalRows: number;
}

/** Plays a history on a lake of its own and judges it. Throws what no law speaks of, such as a run that fails. */
export async function playHistory(history: History, trial: Trial): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-lake-law-'));
  const library = { models: trial.library.models, checks: [] };
  const { funnels = FUNNELS } = trial;
  const lake = await HistoryLake.open(folderObjects(folder), library, { funnels });
  try {
    return await judge(history, { lake, trial });
  } finally {
    lake.close();
    rmSync(folder, { recursive: true });
  }
}

async function judge(
  history: History,
  { lake, trial }: { readonly lake: HistoryLake; readonly trial: Trial },
): Promise<Verdict> {
  const oracle = new OracleOfHistory(trial.funnels);
  const final = new FinalRows();
  const breaches: string[] = [];
  const runs: RunRecord[] = [];
  for (const step of history.steps) {
    const run = await take(step, lake);
    oracle.take(step, await lake.admissions());
    if (run === null) continue;
    runs.push(run);
    if (trial.isQuick === true) {
      oracle.compare(await lake.tables(), breaches);
      if (breaches.length > 0) break;
      continue;
    }
    if (history.isCalm) breaches.push(...final.check(await lake.tables(['is_final'])));
  }
  const played = {
    runs: runs.length,
    incrementalRuns: runs.filter(({ mode }) => mode === 'incremental').length,
    finalRows: final.count,
  };
  if (trial.isQuick === true) return { ...played, breaches, rows: 0 };
  const tables = await lake.tables();
  const rows = oracle.compare(tables, breaches);
  if (trial.isRebuilt) breaches.push(...(await againstRebuilt(lake, tables)));
  const checks = trial.library.checks.filter(({ severity }) => severity === 'error');
  const forced = await lake.run({ oldestWaitingMs: null, isForced: true, checks });
  breaches.push(...changesOf(forced), ...badRowsOf(forced));
  return { ...played, breaches, rows };
}

async function take(step: HistoryStep, lake: HistoryLake): Promise<RunRecord | null> {
  switch (step.kind) {
    case 'land':
      await lake.land(step.records);
      return null;
    case 'snapshot':
      await lake.ingest(step.snapshot);
      return null;
    case 'file':
      await lake.bring(step.file);
      return null;
    case 'run':
      return lake.run(step);
    case 'rebuild':
      return lake.run({ ...step, task: { kind: 'rebuild' } });
    case 'backfill': {
      const { from, to, oldestWaitingMs } = step;
      return lake.run({ oldestWaitingMs, task: { kind: 'backfill', from, to, models: null } });
    }
  }
}

/** The law "run by run = at once": a lake that builds all of it in one run has the same rows. */
async function againstRebuilt(lake: HistoryLake, tables: readonly TableRows[]): Promise<readonly string[]> {
  const rebuilt = await lake.rebuilt();
  try {
    await rebuilt.run({ oldestWaitingMs: null, isForced: true });
    const breaches: string[] = [];
    for (const right of await rebuilt.tables()) {
      const left = tables.find(({ table }) => table === right.table);
      if (left === undefined) throw new RangeError(`the lake has no table ${right.table}`);
      const difference = differenceOf(left, right, ['run by run', 'at once']);
      if (difference !== null) breaches.push(`run by run = at once: ${differenceText(difference)}`);
    }
    return breaches;
  } finally {
    rebuilt.close();
  }
}

/** The law "repeated = nothing changes"; the run is a full one, so it also holds what was built run by run against all. */
function changesOf(run: RunRecord): readonly string[] {
  return run.models.flatMap(({ model, inserted, updated, deleted }) =>
    inserted + updated + deleted === 0
      ? []
      : [`a run without news: ${model} changes ${inserted} inserted, ${updated} updated, ${deleted} deleted`],
  );
}

function badRowsOf(run: RunRecord): readonly string[] {
  return run.checks.flatMap(({ check, badRows, examples }) =>
    badRows === 0 ? [] : [`check ${check}: ${badRows} bad rows, ${JSON.stringify(examples[0])}`],
  );
}
