import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import type { RunRecord } from './run-record.ts';

/**
 * DuckDB takes what its open transaction has written for empty, and so puts the larger side of a join into memory as
 * often as the smaller one. Joins go as they are written then: what comes behind JOIN is what is kept.
 */
const JOINS_AS_WRITTEN = `set disabled_optimizers = 'join_order,build_side_probe_side'`;
const JOINS_AS_PLANNED = 'reset disabled_optimizers';

/**
 * On a laptop a build is one transaction: whoever queries the lake sees the last good build until the next one is
 * whole, and a failed one leaves nothing. The engines of the cloud commit table by table.
 */
export async function beginBuild(engine: SqlEngine, mode: RunRecord['mode']): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  if (mode === 'full') await engine.execute(JOINS_AS_WRITTEN);
  await engine.execute('begin transaction');
}

export async function commitBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  await engine.execute('commit');
  await engine.execute(JOINS_AS_PLANNED);
}

/** Also after a failure that came before the build began or after it was committed. */
export async function rollBackBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  try {
    await engine.execute('rollback');
  } catch (error) {
    if (!(error instanceof SqlError && error.message.includes('no transaction is active'))) throw error;
  }
  await engine.execute(JOINS_AS_PLANNED);
}
