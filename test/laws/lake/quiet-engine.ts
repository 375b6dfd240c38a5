import type { SqlEngine, SqlResult } from '../../../lambdas/ports/sql-engine.ts';

/** What says nothing about rows, and takes half of the statements of a small build. */
const WITHOUT_ROWS = /^\s*(comment on|create or replace view bi_|drop view if exists bi_)/i;

/** The engine, but comments and BI views, which no law reads, are not made. */
export class QuietEngine implements SqlEngine {
  readonly dialect;
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.dialect = engine.dialect;
  }

  async execute(sql: string): Promise<void> {
    if (!WITHOUT_ROWS.test(sql)) await this.#engine.execute(sql);
  }

  query(sql: string): Promise<SqlResult> {
    return this.#engine.query(sql);
  }
}
