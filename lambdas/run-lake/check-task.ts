import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import { similarNames } from '../domain/similar-names.ts';
import { MS_PER_DAY, utcDate } from '../domain/time.ts';
import type { RunTask } from './run-dependencies.ts';

/** A run was asked for what this lake cannot do. The message is one line without user data: what, and what is allowed. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly problem: TaskProblem;

  constructor(problem: TaskProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** The lake's state forbids the task, or the task itself is wrong. */
export type TaskProblem = 'empty_lake' | 'no_tables' | 'bad_range' | 'bad_tables';

/** What a task is held against. */
export interface LakeOfTask {
  readonly models: ModelLibrary;
  readonly rows: readonly StoredLedgerRow[];
  /** Whether a good build has ever stood. */
  readonly hasBuilt: boolean;
  readonly nowMs: number;
}

/** A range may name the rest of a year; a year further is a slip of the hand. */
const DAYS_AHEAD = 366;

/**
 * Refuses a compaction before there are tables, and a backfill that can admit nothing: of a lake that is empty or never
 * ran, of dates in the wrong order or in the future, of tables that there are not. Dates are valid ones already. Throws
 * TaskError.
 */
export function requireTask(task: RunTask, lake: LakeOfTask): void {
  if (task.kind === 'compact' && !lake.hasBuilt)
    throw new TaskError('no_tables', 'The lake has no tables yet: a first run builds them.');
  if (task.kind !== 'backfill') return;
  const { from, to, models } = task;
  if (lake.rows.length === 0)
    throw new TaskError('empty_lake', 'The lake is empty: nothing has landed yet, so nothing came too late.');
  if (!lake.hasBuilt) {
    throw new TaskError(
      'no_tables',
      'The lake has no tables yet: a first run builds them, and tells what came too late.',
    );
  }
  if (from > to) throw new TaskError('bad_range', `The range ends (${to}) before it begins (${from}).`);
  // Lakes that play history, or the future, have a clock of their own.
  const arrivals = lake.rows.map((row) => Date.parse(row.maxArrivalTime));
  const latestMs = arrivals.reduce((latest, arrivalMs) => Math.max(latest, arrivalMs), lake.nowMs);
  const [lastFrom, lastTo] = [utcDate(latestMs + MS_PER_DAY), utcDate(latestMs + DAYS_AHEAD * MS_PER_DAY)];
  if (from > lastFrom) {
    throw new TaskError(
      'bad_range',
      `The range begins in the future (${from}): it may begin on ${lastFrom} at the latest.`,
    );
  }
  if (to > lastTo) {
    throw new TaskError(
      'bad_range',
      `The range ends too far in the future (${to}): it may end on ${lastTo} at the latest.`,
    );
  }
  if (models !== null) requireTables(models, lake.models);
}

function requireTables(asked: readonly string[], { models }: ModelLibrary): void {
  if (asked.length === 0)
    throw new TaskError('bad_tables', 'No table is named: name one, or leave the names out for all.');
  const tables = models.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  for (const name of asked) {
    if (tables.includes(name)) continue;
    const other = models.find((model) => model.name === name);
    if (other !== undefined) {
      throw new TaskError(
        'bad_tables',
        `"${name}" is a ${other.kind}, not a table: a backfill computes tables.`,
      );
    }
    const near = similarNames(name, tables);
    const hint =
      near.length === 0 ? '`millpond tables` lists them' : `there is ${near.slice(0, 5).join(', ')}`;
    throw new TaskError('bad_tables', `There is no table "${name}"; ${hint}.`);
  }
}
