import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Whether a run that dies may leave some of its tables written. The engines of the cloud commit each statement; on a laptop
 * an incremental run is one transaction, so that a failed one leaves nothing, but a full one commits step by step:
 * DuckDB reads what its open transaction has written with one thread, and plans it as if it were empty.
 */
export function commitsSteps({ dialect }: Pick<SqlEngine, 'dialect'>, mode: RunRecord['mode']): boolean {
  return dialect !== 'duckdb' || mode === 'full';
}

export async function beginBuild(engine: SqlEngine): Promise<void> {
  if (engine.dialect === 'duckdb') await engine.execute('begin transaction');
}

/** Between two steps. */
export async function commitStep(engine: SqlEngine, mode: RunRecord['mode']): Promise<void> {
  if (!commitsSteps(engine, mode)) return;
  await commitBuild(engine);
  await beginBuild(engine);
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
