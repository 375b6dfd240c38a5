import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';

/**
 * On a laptop a build is one transaction: whoever queries the lake sees the last good build until the next one is
 * whole, and a failed one leaves nothing. The engines of the cloud commit table by table.
 */
export async function beginBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect === 'duckdb') await engine.execute('begin transaction');
}

export async function commitBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect === 'duckdb') await engine.execute('commit');
}

/** Also after a failure that came before the build began or after it was committed. */
export async function rollBackBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect !== 'duckdb') return;
  try {
    await engine.execute('rollback');
  } catch (error) {
    if (!(error instanceof SqlError && error.message.includes('no transaction is active'))) throw error;
  }
}
