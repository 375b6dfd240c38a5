import type { SqlDialect } from './dialect.ts';
import { textLiteral } from './literal.ts';
import type { Column, Partition, TableModel } from './model.ts';

/** Where Athena keeps Iceberg tables; other dialects need no place. */
export interface TableTarget {
  readonly dialect: SqlDialect;
  /** `s3://bucket/lake`, only read for Athena. */
  readonly warehouse: string;
}

/** Quoted where a name is no plain identifier (`$path`). */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`;
}

/** The CREATE TABLE of a model, as each engine spells it; without effect when the table stands. */
export function renderCreateTable(
  model: Pick<TableModel, 'name' | 'columns' | 'partition' | 'meaning'>,
  target: TableTarget,
): string {
  const types = model.columns.map((column) => {
    const suffix = target.dialect === 'duckdb' && !column.isNullable ? ' not null' : '';
    const comment = target.dialect === 'duckdb' ? '' : ` comment ${textLiteral(column.meaning)}`;
    return `  ${columnName(column.name, target.dialect)} ${columnType(column.type, target.dialect)}${suffix}${comment}`;
  });
  const head = `create table if not exists ${model.name} (\n${types.join(',\n')}\n)`;
  if (target.dialect === 'duckdb') return head;
  if (target.dialect === 'trino') {
    const partitioning = trinoPartition(model.partition);
    return `${head}\ncomment ${textLiteral(model.meaning)}${partitioning}`;
  }
  return [
    head,
    athenaPartition(model.partition),
    `location ${textLiteral(`${target.warehouse}/${model.name}/`)}`,
    `tblproperties ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd')`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/**
 * A table of the rows of a SELECT, for the length of a run. On a laptop it lives in the connection. Athena has to be
 * told to take Iceberg: its other tables cut timestamps to milliseconds, and outlive their DROP in the store.
 */
export function renderTableAs(name: string, select: string, target: TableTarget): string {
  if (target.dialect === 'duckdb') return `create or replace temporary table ${name} as\n${select}`;
  if (target.dialect === 'trino') return `create table ${name} as\n${select}`;
  const location = textLiteral(`${target.warehouse}/scratch/${name}/`);
  const properties = `table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = ${location}`;
  return `create table ${name}\nwith (${properties})\nas\n${select}`;
}

/** Comments on a DuckDB table (or view) and its columns; the others take them in CREATE TABLE. */
export function renderComments(
  table: Pick<TableModel, 'name' | 'columns' | 'meaning'>,
  kind: 'table' | 'view',
): readonly string[] {
  return [
    `comment on ${kind} ${table.name} is ${textLiteral(table.meaning)}`,
    ...table.columns.map(
      (column) =>
        `comment on column ${table.name}.${identifier(column.name)} is ${textLiteral(column.meaning)}`,
    ),
  ];
}

/**
 * The BI view of a curated table, `bi_<table>`: each money column as decimal(18,2), and beside it `<column>_double`,
 * since some tools take no decimals.
 */
export function renderBiView(model: Pick<TableModel, 'name' | 'columns'>): string {
  const columns = model.columns.flatMap((column) =>
    column.type === 'decimal(18,4)'
      ? [
          `  cast(${column.name} as decimal(18,2)) as ${column.name}`,
          `  cast(${column.name} as double) as ${column.name}_double`,
        ]
      : [`  ${column.name}`],
  );
  return `create or replace view bi_${model.name} as\nselect\n${columns.join(',\n')}\nfrom ${model.name}`;
}

/** The columns of the BI view, in its order, for comments. */
export function biColumns(columns: readonly Column[]): readonly Column[] {
  return columns.flatMap((column) =>
    column.type === 'decimal(18,4)'
      ? [
          { ...column, type: 'decimal(18,2)' },
          { ...column, name: `${column.name}_double`, type: 'double' },
        ]
      : [column],
  );
}

/** A type as the dialect's DDL spells it. */
export function columnType(type: string, dialect: SqlDialect): string {
  if (dialect !== 'athena') return type;
  if (type === 'varchar') return 'string';
  if (type === 'timestamp(6)') return 'timestamp';
  return type === 'integer' ? 'int' : type;
}

/** A type as information_schema tells it, in the header's spelling. */
export function declaredType(catalogueType: string): string {
  const type = catalogueType.toLowerCase();
  return type === 'timestamp' ? 'timestamp(6)' : type;
}

function columnName(name: string, dialect: SqlDialect): string {
  return dialect === 'athena' ? `\`${name}\`` : identifier(name);
}

function trinoPartition(partition: Partition): string {
  if (partition.kind === 'none') return '';
  const term = partition.kind === 'month' ? `month(${partition.column})` : partition.column;
  return `\nwith (partitioning = array['${term}'])`;
}

function athenaPartition(partition: Partition): string {
  if (partition.kind === 'none') return '';
  return `partitioned by (${partition.kind === 'month' ? `month(${partition.column})` : partition.column})`;
}
