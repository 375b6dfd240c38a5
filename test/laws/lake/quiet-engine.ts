import type { SqlEngine, SqlResult } from '../../../lambdas/ports/sql-engine.ts';

/** What says nothing about rows, and takes half of the statements of a small build. */
const WITHOUT_ROWS = /^\s*(comment on|create or replace view bi_|drop view if exists bi_)/i;
/** Asks what columns a table has: the same answer for as long as the table stands, and slow. */
const ASKS_COLUMNS = /from information_schema\.columns where /;
const MAKES_ANEW = /^\s*(drop|alter|rollback)\b/i;

/** The engine, but comments and BI views, which no law reads, are not made, and columns are asked for once. */
export class QuietEngine implements SqlEngine {
  readonly dialect;
  readonly #engine: SqlEngine;
  readonly #columns = new Map<string, SqlResult>();

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.dialect = engine.dialect;
  }

  async execute(sql: string): Promise<void> {
    if (WITHOUT_ROWS.test(sql)) return;
    if (MAKES_ANEW.test(sql)) this.#forget(sql);
    await this.#engine.execute(sql);
  }

  async query(sql: string): Promise<SqlResult> {
    const known = this.#columns.get(sql);
    if (known !== undefined) return known;
    const result = await this.#engine.query(sql);
    if (ASKS_COLUMNS.test(sql) && result.rows.length > 0) this.#columns.set(sql, result);
    return result;
  }

  /** A rollback undoes any table; a drop or a change only those that it names. */
  #forget(sql: string): void {
    const isRollback = /^\s*rollback/i.test(sql);
    for (const asked of [...this.#columns.keys()]) {
      const tables = [...asked.matchAll(/'([a-z0-9_]+)'/g)].map(([, table]) => table);
      if (isRollback || tables.some((table) => new RegExp(`\\b${table}\\b`).test(sql)))
        this.#columns.delete(asked);
    }
  }
}
