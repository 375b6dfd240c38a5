import { dateLiteral } from '../domain/models/literal.ts';
import type { Model, TableModel } from '../domain/models/model.ts';
import { predecessors } from '../domain/models/model-library.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { RunTask } from './run-dependencies.ts';
import { changesTable } from './slice-reader.ts';

/**
 * A backfill has the rows of its range computed again though nothing changed in them: the table's rows of these dates
 * are marked among its changes, op `T`, and whatever reads changes takes them for touched. When the backfill names
 * tables, only those are marked that they read.
 */
export async function markRange(
  engine: SqlEngine,
  model: TableModel,
  task: RunTask | undefined,
  models: readonly Model[],
): Promise<void> {
  if (task?.kind !== 'backfill' || model.partition.kind === 'none') return;
  if (task.models !== null && !isReadBy(task.models, model.name, models)) return;
  const columns = model.columns.map(({ name }) => name).join(', ');
  const { column } = model.partition;
  await engine.execute(`insert into ${changesTable(model)} (op, ${columns})
select 'T' as op, ${columns}
from ${model.name}
where ${column} between ${dateLiteral(task.from)} and ${dateLiteral(task.to)}`);
}

/** Whether one of the named tables reads the table, by itself or through what lives for one run. */
function isReadBy(names: readonly string[], table: string, models: readonly Model[]): boolean {
  const byName = new Map(models.map((model) => [model.name, model]));
  const reads = (name: string): boolean =>
    predecessorsOf(byName.get(name)).some(
      (read) => read === table || (byName.get(read)?.kind === 'scratch' && reads(read)),
    );
  return names.some(reads);
}

function predecessorsOf(model: Model | undefined): readonly string[] {
  return model === undefined ? [] : predecessors(model);
}
