import type { ModelLibrary } from '../domain/models/model.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import { STATE_NAMES } from './lake-state.ts';
import type { RunRecord } from './run-record.ts';

/**
 * DuckDB takes what its open transaction has written for empty, and so puts the larger side of a join into memory as
 * often as the smaller one. Joins go as they are written then: what comes behind JOIN is what is kept.
 */
const JOINS_AS_WRITTEN = `set disabled_optimizers = 'join_order,build_side_probe_side'`;
const JOINS_AS_PLANNED = 'reset disabled_optimizers';

interface BuildDependencies {
  readonly engine: SqlEngine;
  readonly ledger: LedgerStore;
  readonly models: ModelLibrary;
}

/**
 * On a laptop a build is one transaction: whoever queries the lake sees the last good build until the next one is
 * whole, and a failed one leaves nothing. The engines of the cloud commit table by table.
 *
 * A lake that was never built has no good build to keep, and its first one commits step by step: DuckDB reads what an open
 * transaction has written with one thread, and plans it blind. It drops what an earlier attempt left, and so does
 * whoever undoes it.
 */
export async function beginBuild(deps: BuildDependencies, mode: RunRecord['mode']): Promise<void> {
  const { engine } = deps;
  if (engine.dialect !== 'duckdb') return;
  if (await isFirstBuild(deps)) await dropBuilt(deps);
  else if (mode === 'full') await engine.execute(JOINS_AS_WRITTEN);
  await engine.execute('begin transaction');
}

/** Between two steps. */
export async function commitStep(deps: BuildDependencies): Promise<void> {
  const { engine } = deps;
  if (engine.dialect !== 'duckdb' || !(await isFirstBuild(deps))) return;
  await engine.execute('commit');
  await engine.execute('begin transaction');
}

export async function commitBuild({ engine }: Pick<BuildDependencies, 'engine'>): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  await engine.execute('commit');
  await engine.execute(JOINS_AS_PLANNED);
}

/** Also after a failure that came before the build began or after it was committed. */
export async function rollBackBuild(deps: BuildDependencies): Promise<void> {
  const { engine } = deps;
  if (engine.dialect !== 'duckdb') return;
  try {
    await engine.execute('rollback');
  } catch (error) {
    if (!(error instanceof SqlError && error.message.includes('no transaction is active'))) throw error;
  }
  await engine.execute(JOINS_AS_PLANNED);
  if (await isFirstBuild(deps)) await dropBuilt(deps);
}

/** Until one has come to its end. */
async function isFirstBuild({ ledger }: Pick<BuildDependencies, 'ledger'>): Promise<boolean> {
  return (await ledger.readState(STATE_NAMES.modelsFingerprint)) === null;
}

/** Sources stay: each run loads them anew, and check_results say why the last one failed. */
async function dropBuilt({ engine, models }: BuildDependencies): Promise<void> {
  for (const model of models.models) {
    if (model.kind === 'table') await engine.execute(`drop view if exists bi_${model.name}`);
    if (model.kind === 'table' || (model.kind === 'scratch' && !model.isView))
      await engine.execute(`drop table if exists ${model.name}`);
  }
}
