import type { ScratchModel, TableModel } from '../domain/models/model.ts';
import { wholeBody } from '../domain/models/render-slice.ts';
import { renderTableAs, type TableTarget } from '../domain/models/render-table.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';

/** The tables that stay, as one caller knows them: which of them hold no row, asked of all at once. */
export class EmptyTables {
  readonly #engine: SqlEngine;
  readonly #names: readonly string[];
  readonly #isEmpty = new Map<string, boolean>();

  /** @param names of tables that stand from the first question on */
  constructor(engine: SqlEngine, names: readonly string[]) {
    this.#engine = engine;
    this.#names = names;
  }

  async has(name: string): Promise<boolean> {
    const known = this.#isEmpty.get(name);
    if (known !== undefined) return known;
    const isFirst = this.#isEmpty.size === 0;
    const asked = isFirst ? [...new Set([name, ...this.#names])] : [name];
    const { rows } = await this.#engine.query(
      asked
        .map((table) => `select '${table}' as name from (select 1 as one from ${table} limit 1) as any_row`)
        .join('\nunion all\n'),
    );
    const filled = new Set(rows.map(([found]) => String(found)));
    for (const table of asked) this.#isEmpty.set(table, !filled.has(table));
    return !filled.has(name);
  }

  /** Of a table that is about to be written. */
  forget(name: string): void {
    this.#isEmpty.delete(name);
  }
}

/**
 * The tables that live for one run, as one caller knows them: what it made stands, and where tables outlive a process,
 * so does what an earlier one left. Only what stands is dropped, since each DROP is a statement that somebody waits for.
 */
export class RunTables {
  readonly engine: SqlEngine;
  readonly target: TableTarget;
  readonly empty: EmptyTables;
  /** Null: not asked yet. */
  #standing: Set<string> | null;

  /** @param names of the tables that stay */
  constructor(engine: SqlEngine, warehouse: string, names: readonly string[] = []) {
    this.engine = engine;
    this.empty = new EmptyTables(engine, names);
    this.target = { dialect: engine.dialect, warehouse };
    this.#standing = engine.dialect === 'duckdb' ? new Set() : null;
  }

  /** Keeps the rows of a SELECT under a name, since several statements read them; one that stands there goes. */
  async make(name: string, select: string): Promise<void> {
    if (this.engine.dialect !== 'duckdb') await this.drop(name);
    const standing = await this.#known();
    // Before it is made: who fails to hear of it drops it all the same.
    standing.add(name);
    await this.engine.execute(renderTableAs(name, select, this.target));
  }

  /** The same under a name at which other runs show a view. */
  async makeForView(name: string, select: string): Promise<void> {
    const standing = await this.#known();
    if (!standing.has(name)) await this.engine.execute(`drop view if exists ${name}`);
    await this.make(name, select);
  }

  /** Shows a SELECT under a name, on a laptop temporarily, since it reads temporary tables; a table that stands there goes. */
  async show(name: string, select: string): Promise<void> {
    await this.drop(name);
    const temporary = this.engine.dialect === 'duckdb' ? 'temporary ' : '';
    await this.engine.execute(`create or replace ${temporary}view ${name} as\n${select}`);
  }

  /** @returns whether it stood */
  async drop(name: string): Promise<boolean> {
    const standing = await this.#known();
    if (!standing.has(name)) return false;
    await this.engine.execute(`drop table if exists ${name}`);
    return standing.delete(name);
  }

  async #known(): Promise<Set<string>> {
    if (this.#standing === null) {
      const { rows } = await this.engine.query(
        `select table_name from information_schema.tables where table_schema = current_schema and table_type = 'BASE TABLE'`,
      );
      this.#standing = new Set(rows.map(([name]) => String(name)));
    }
    return this.#standing;
  }
}

/** A model's SELECT, whole unless another body is given, with exactly the declared columns, in their order and types. */
export function typedSelect(model: TableModel | ScratchModel, body: string = wholeBody(model)): string {
  const columns = model.columns.map((column) => `  cast(${column.name} as ${column.type}) as ${column.name}`);
  return `select\n${columns.join(',\n')}\nfrom (\n${body}\n) as body`;
}
