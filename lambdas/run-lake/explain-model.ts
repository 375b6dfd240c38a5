import type { SqlDialect } from '../domain/models/dialect.ts';
import type { Model, TableModel } from '../domain/models/model.ts';
import { renderChanges, renderMerge, renderReplacement } from '../domain/models/render-merge.ts';
import { renderComments, renderCreateTable, renderTableAs } from '../domain/models/render-table.ts';
import { renderObjects } from '../domain/models/render-trino-source.ts';
import { typedSelect } from './make-anew.ts';
import type { LakePlaces } from './run-dependencies.ts';

/** One statement of a model, and what it is for. */
export interface ExplainedStatement {
  readonly purpose: string;
  readonly sql: string;
}

/** Stands where a run puts the partitions that change, at most 100 a statement. */
const SAMPLE_PARTITION = '2026-01-01';

/**
 * The statements that a run sends for a model, as the dialect spells them. Where a run asks first which partitions
 * change, one stands for all of them.
 */
export function explainModel(
  model: Model,
  dialect: SqlDialect,
  places: LakePlaces,
): readonly ExplainedStatement[] {
  if (model.kind === 'table') return explainTable(model, dialect, places);
  if (model.kind === 'scratch' && model.isView) return explainView(model.name, typedSelect(model), dialect);
  if (model.kind === 'scratch') {
    const sql = renderTableAs(model.name, typedSelect(model), { dialect, warehouse: places.warehouse });
    return [{ purpose: 'the table of one run', sql }];
  }
  if (model.bodies !== null) {
    const body = dialect === 'duckdb' ? model.bodies.duckdb : model.bodies.trino;
    return explainView(model.name, body, dialect);
  }
  if (model.origin !== 'objects') {
    const table = { ...model, partition: { kind: 'none' as const } };
    const sql = renderCreateTable(table, { dialect, warehouse: places.warehouse });
    return [{ purpose: 'the table, whose rows the run inserts', sql }];
  }
  const target = { dialect, ...places, patterns: ['**/*.ndjson.*'], ingestDates: [SAMPLE_PARTITION] };
  return renderObjects(model, target).map((sql) => ({ purpose: 'the table over the objects', sql }));
}

function explainView(name: string, select: string, dialect: SqlDialect): readonly ExplainedStatement[] {
  const temporary = dialect === 'duckdb' ? 'temporary ' : '';
  return [
    { purpose: 'the view of one run', sql: `create or replace ${temporary}view ${name} as\n${select}` },
  ];
}

function explainTable(
  model: TableModel,
  dialect: SqlDialect,
  { warehouse }: LakePlaces,
): readonly ExplainedStatement[] {
  const target = { dialect, warehouse };
  const newRows = `${model.name}_new_rows`;
  const changes = `${model.name}_changes`;
  const isWhole = model.partition.kind === 'none';
  const where = isWhole ? '' : `, shown for the partition ${SAMPLE_PARTITION}`;
  const comments = dialect === 'duckdb' ? renderComments(model, 'table') : [];
  return [
    { purpose: 'the table', sql: renderCreateTable(model, target) },
    ...comments.map((sql) => ({ purpose: 'a comment', sql })),
    { purpose: 'its rows as they should be', sql: renderTableAs(newRows, typedSelect(model), target) },
    { purpose: 'what differs', sql: renderTableAs(changes, renderChanges(model, newRows), target) },
    ...(dialect === 'duckdb'
      ? renderReplacement(model, changes).map((sql) => ({ purpose: 'the change', sql }))
      : [
          {
            purpose: `the change${where}`,
            sql: renderMerge(model, changes, isWhole ? [] : [SAMPLE_PARTITION]),
          },
        ]),
  ];
}
