import { RunTables } from './make-anew.ts';
import { currencyOfTables } from './reporting-currency.ts';
import type { RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import { TouchedDates } from './touched-dates.ts';

/** What one caller of a run knows of the engine, so that it asks once; whoever goes on with the run asks again. */
export class RunKnowledge {
  readonly tables: RunTables;
  readonly touched: TouchedDates;
  /** Null: not asked yet. */
  #currency: { readonly code: string | null } | null = null;

  constructor({ engine, models }: RunLakeDependencies, { places }: RunLakeSettings) {
    const tables = models.models.filter(({ kind }) => kind === 'table').map(({ name }) => name);
    this.tables = new RunTables(engine, places.warehouse, tables);
    this.touched = new TouchedDates(engine, models);
  }

  /** The reporting currency of the tables at hand. */
  async currency(): Promise<string | null> {
    this.#currency ??= { code: await currencyOfTables(this.tables.engine) };
    return this.#currency.code;
  }

  /** What has been written into lake_state. */
  noteCurrency(code: string | null): void {
    this.#currency = { code };
  }
}
