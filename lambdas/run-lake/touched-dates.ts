import { type DateRange, mergedRanges } from '../domain/date-ranges.ts';
import type { ModelLibrary, TableModel } from '../domain/models/model.ts';
import { renderPartitionsOf } from '../domain/models/render-merge.ts';
import { boundColumns, renderTouchedDates, renderTouchedRows } from '../domain/models/render-slice.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';

/** Dates in which touched keys lie, by what was asked: see `datesAt` and `oldRowsOf`. */
export type DatesByQuestion = ReadonlyMap<string, readonly DateRange[]>;

const IS_TOUCHED = 'is touched';

/**
 * What an incremental run has to know of its sets of touched keys: whether there are any, and the dates in which what
 * is read of them lies, since only a literal bound prunes partitions everywhere. A set stands still once it is made, and
 * a table until its own turn, so each set is asked once, for all who will want to know.
 */
export class TouchedDates {
  readonly #engine: SqlEngine;
  readonly #questions: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #answers = new Map<string, DatesByQuestion | null>();

  constructor(engine: SqlEngine, library: ModelLibrary) {
    this.#engine = engine;
    this.#questions = questionsOf(library);
  }

  /** Null: the set is empty. */
  async of(touched: string): Promise<DatesByQuestion | null> {
    const known = this.#answers.get(touched);
    if (known !== undefined) return known;
    const { rows } = await this.#engine.query(renderQuestions(touched, this.#questions.get(touched)));
    const found = new Map<string, DateRange[]>();
    for (const [question, first, last] of rows) {
      const ranges = found.get(String(question)) ?? [];
      ranges.push({ first: String(first), last: String(last) });
      found.set(String(question), ranges);
    }
    const merged = new Map([...found].map(([question, ranges]) => [question, mergedRanges(ranges)]));
    const answer = found.has(IS_TOUCHED) ? merged : null;
    this.#answers.set(touched, answer);
    return answer;
  }

  /** Of a set that is made anew. */
  forget(touched: string): void {
    this.#answers.delete(touched);
  }
}

/** The question for the ranges from one date column of the set to another. */
export function datesAt(first: string, last: string): string {
  return `${first} to ${last}`;
}

/** The question for the partitions in which a table has rows of the keys; null: their dates are among the keys, or none. */
export function oldRowsOf(model: TableModel): string | null {
  const { partition, slice } = model;
  if (slice.kind === 'all' || partition.kind === 'none') return null;
  return slice.columns.includes(partition.column)
    ? datesAt(partition.column, partition.column)
    : `rows of ${model.name}`;
}

/** By set, each question with the SELECT of first_date and last_date that answers it. */
function questionsOf({ models, checks }: ModelLibrary): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byName = new Map(models.map((model) => [model.name, model]));
  const questions = new Map<string, Map<string, string>>();
  const ask = (touched: string, question: string, sql: string) => {
    const asked = questions.get(touched) ?? new Map<string, string>();
    questions.set(touched, asked.set(question, sql));
  };
  for (const reader of [...models, ...checks]) {
    for (const restriction of reader.restrictions) {
      const columns = boundColumns(restriction, byName.get(restriction.input));
      if (columns === null) continue;
      const { touched } = restriction;
      const sql = renderTouchedDates(touched, columns.first, columns.last);
      ask(touched, datesAt(columns.first, columns.last), sql);
    }
  }
  for (const model of models) {
    if (model.kind !== 'table' || model.slice.kind === 'all' || model.partition.kind === 'none') continue;
    const { touched, columns } = model.slice;
    const { column } = model.partition;
    const question = oldRowsOf(model);
    const sql = columns.includes(column)
      ? renderTouchedDates(touched, column, column)
      : renderPartitionsOf(model, renderTouchedRows(model, { touched, columns }, null));
    if (question !== null && sql !== null) ask(touched, question, sql);
  }
  return questions;
}

function renderQuestions(touched: string, questions: ReadonlyMap<string, string> = new Map()): string {
  const asked = [...questions].map(
    ([question, sql]) => `select '${question}' as question, first_date, last_date from (\n${sql}\n) as dates`,
  );
  const isTouched = `select '${IS_TOUCHED}' as question, cast(null as varchar) as first_date, cast(null as varchar) as last_date
from (select 1 as is_touched from ${touched} limit 1) as any_key`;
  return [isTouched, ...asked].join('\nunion all\n');
}
