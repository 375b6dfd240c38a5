import { mergedRanges } from '../domain/date-ranges.ts';
import type { Check, Model, Restriction, ScratchModel, TableModel } from '../domain/models/model.ts';
import { renderPartitionsOf } from '../domain/models/render-merge.ts';
import {
  boundColumns,
  type InputBound,
  renderTouchedDates,
  renderTouchedRows,
  slicedBody,
} from '../domain/models/render-slice.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { typedSelect } from './make-anew.ts';

/** The rows of a table that a run computes again: two SELECTs. */
export interface TableSlice {
  readonly newRows: string;
  /** In parentheses, or the table's name. */
  readonly oldRows: string;
}

/**
 * Renders what an incremental run reads. It asks the engine first in which dates the touched keys lie, since only a
 * literal bound prunes partitions everywhere.
 */
export class SliceReader {
  readonly #engine: SqlEngine;
  readonly #models: ReadonlyMap<string, Model>;
  readonly #isDue: (model: TableModel) => boolean;

  /** @param isDue whether a table of slice `all` has to be computed: something that it reads has changed */
  constructor(engine: SqlEngine, models: readonly Model[], isDue: (model: TableModel) => boolean) {
    this.#engine = engine;
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.#isDue = isDue;
  }

  /** Null: no row of the table is touched. */
  async sliceOf(model: TableModel): Promise<TableSlice | null> {
    if (model.slice.kind === 'all') {
      if (!this.#isDue(model)) return null;
      return { newRows: typedSelect(model, await this.body(model)), oldRows: model.name };
    }
    const { touched, columns } = model.slice;
    const any = await this.#engine.query(`select 1 from ${touched} limit 1`);
    if (any.rows.length === 0) return null;
    const keys = columns.map((column) => `touched_keys.${column} = computed.${column}`);
    const newRows = `select computed.*
from (
${typedSelect(model, await this.body(model))}
) as computed
join (select distinct ${columns.join(', ')} from ${touched}) as touched_keys
  on ${keys.join(' and ')}`;
    const bound = await this.#targetBound(model, touched, columns);
    return { newRows, oldRows: `(${renderTouchedRows(model, { touched, columns }, bound)})` };
  }

  /** The SELECT of a model or check with its inputs restricted. */
  async body(model: TableModel | ScratchModel | Check): Promise<string> {
    const bounds = new Map<Restriction, InputBound | null>();
    for (const restriction of model.restrictions) bounds.set(restriction, await this.#boundOf(restriction));
    return slicedBody(model, (restriction) => bounds.get(restriction) ?? null);
  }

  async #boundOf(restriction: Restriction): Promise<InputBound | null> {
    const columns = boundColumns(restriction, this.#models.get(restriction.input));
    if (columns === null) return null;
    return this.#rangesOf(
      columns.column,
      renderTouchedDates(restriction.touched, columns.first, columns.last),
    );
  }

  /** Where old rows of the touched keys stand; their keys alone are read for it. */
  async #targetBound(
    model: TableModel,
    touched: string,
    columns: readonly string[],
  ): Promise<InputBound | null> {
    if (model.partition.kind === 'none') return null;
    const { column } = model.partition;
    if (columns.includes(column)) return this.#rangesOf(column, renderTouchedDates(touched, column, column));
    const asked = renderPartitionsOf(model, renderTouchedRows(model, { touched, columns }, null));
    return asked === null ? null : this.#rangesOf(column, asked);
  }

  async #rangesOf(column: string, sql: string): Promise<InputBound> {
    const { rows } = await this.#engine.query(sql);
    const ranges = rows.map(([first, last]) => ({ first: String(first), last: String(last) }));
    return { column, ranges: mergedRanges(ranges) };
  }
}
