import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { DuckDbEngine } from '../../../local/duckdb-engine.ts';

/**
 * Engines of the cloud commit each statement. DuckDB stands in for one here: it is told to be a Trino, so that the
 * runner opens no transaction and keeps its tables of one run.
 */
export class CommittingEngine implements SqlEngine {
  readonly dialect = 'trino';
  readonly #engine: DuckDbEngine;
  readonly #onStatement: () => void;

  constructor(engine: DuckDbEngine, onStatement: () => void) {
    this.#engine = engine;
    this.#onStatement = onStatement;
  }

  async execute(sql: string): Promise<void> {
    this.#onStatement();
    await this.#engine.execute(asDuckDb(sql));
  }

  async query(sql: string) {
    this.#onStatement();
    return this.#engine.query(asDuckDb(sql));
  }
}

function asDuckDb(sql: string): string {
  return sql
    .replaceAll(/ comment '[^']*'/g, '')
    .replace(/\ncomment '[^']*'/, '')
    .replace(/\nwith \(partitioning = array\[.*\]\)/, '')
    .replaceAll('= current_schema ', '= current_schema() ');
}
