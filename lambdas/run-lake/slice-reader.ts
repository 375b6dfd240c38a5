import type { Check, Model, Restriction, ScratchModel, TableModel } from '../domain/models/model.ts';
import {
  boundColumns,
  type InputBound,
  renderTouchedRows,
  slicedBody,
} from '../domain/models/render-slice.ts';
import { typedSelect } from './make-anew.ts';
import { type DatesByQuestion, datesAt, oldRowsOf, type TouchedDates } from './touched-dates.ts';

/** The rows of a table that a run computes again: two SELECTs. */
export interface TableSlice {
  readonly newRows: string;
  /** In parentheses, or the table's name. */
  readonly oldRows: string;
}

/** Renders what an incremental run reads. */
export class SliceReader {
  readonly #touched: TouchedDates;
  readonly #models: ReadonlyMap<string, Model>;
  readonly #isDue: (model: TableModel) => boolean;

  /** @param isDue whether a table of slice `all` has to be computed: something that it reads has changed */
  constructor(touched: TouchedDates, models: readonly Model[], isDue: (model: TableModel) => boolean) {
    this.#touched = touched;
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
    const dates = await this.#touched.of(touched);
    if (dates === null) return null;
    const keys = columns.map((column) => `touched_keys.${column} = computed.${column}`);
    const newRows = `select computed.*
from (
${typedSelect(model, await this.body(model))}
) as computed
join (select distinct ${columns.join(', ')} from ${touched}) as touched_keys
  on ${keys.join(' and ')}`;
    return {
      newRows,
      oldRows: `(${renderTouchedRows(model, { touched, columns }, targetBound(model, dates))})`,
    };
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
    const dates = await this.#touched.of(restriction.touched);
    return { column: columns.column, ranges: dates?.get(datesAt(columns.first, columns.last)) ?? [] };
  }

  /** Whether a model behind the table looks at what became of its rows. */
  isFollowed({ name }: Pick<TableModel, 'name'>): boolean {
    const changes = new RegExp(`\\b${changesTable({ name })}\\b`);
    return [...this.#models.values()].some(
      (model) => model.kind === 'scratch' && model.isTouched && changes.test(model.body),
    );
  }
}

/** The table of one run that tells the models behind a table what became of its rows. */
export function changesTable(model: Pick<TableModel, 'name'>): string {
  return `${model.name}_changes`;
}

/** Where old rows of the touched keys stand. */
function targetBound(model: TableModel, dates: DatesByQuestion): InputBound | null {
  const question = oldRowsOf(model);
  if (question === null || model.partition.kind === 'none') return null;
  return { column: model.partition.column, ranges: dates.get(question) ?? [] };
}
