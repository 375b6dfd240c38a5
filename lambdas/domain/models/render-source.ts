import { type Literal, literalOf, textLiteral } from './literal.ts';
import type { SourceModel } from './model.ts';
import { identifier, type TableTarget } from './render-table.ts';

/** Below the 262,144 bytes that Athena takes for one statement. */
const MAX_INSERT_BYTES = 200_000;

/** Columns of an objects source that the path gives, not the JSON. */
const PATH_COLUMNS = ['ingest_date', 'ingest_hour', '$path'];

/** INSERT statements for rows of a source of origin `rows`, each below the engines' limit of text where a row allows. */
export function renderInserts(
  source: Pick<SourceModel, 'name' | 'columns'>,
  rows: readonly (readonly Literal[])[],
): readonly string[] {
  const head = `insert into ${source.name} values\n`;
  const statements: string[] = [];
  let pending: string[] = [];
  let sizeBytes = 0;
  for (const row of rows) {
    const text = `(${source.columns.map((column, index) => literalOf(column.type, row[index] ?? null)).join(', ')})`;
    if (pending.length > 0 && sizeBytes + text.length > MAX_INSERT_BYTES) {
      statements.push(head + pending.join(',\n'));
      pending = [];
      sizeBytes = 0;
    }
    pending.push(text);
    sizeBytes += text.length;
  }
  if (pending.length > 0) statements.push(head + pending.join(',\n'));
  return statements;
}

/** Where a source of origin `objects` lies: the zone's folder of its dataset, `raw/events/`. */
export function objectsPrefix(name: string): string {
  const dataset = name.replace(/^raw_/, '');
  if (dataset === 'duplicates' || dataset === 'quarantine') return `${dataset}/events/`;
  if (dataset === 'file_quarantine') return 'quarantine/files/';
  return `raw/${dataset}/`;
}

/**
 * The view (DuckDB) or external table (Athena) over a dataset's NDJSON objects: every column text, malformed lines a
 * row of nulls, which staging counts.
 *
 * @param patterns of the objects, relative to objectsRoot; DuckDB refuses one that no file matches, so an empty dataset
 *   is a view without rows. The external table reads the whole folder.
 */
export function renderObjectsSource(
  source: Pick<SourceModel, 'name' | 'columns'>,
  target: TableTarget & {
    readonly objectsRoot: string;
    readonly patterns: readonly string[];
    /** On a laptop: a view of the connection, which hides the one of the lake. */
    readonly isTemporary?: boolean;
  },
): string {
  const fields = storedColumns(source);
  if (target.dialect !== 'duckdb') return renderExternalTable(source, fields, target.objectsRoot);
  const temporary = target.isTemporary === true ? 'temporary ' : '';
  const head = `create or replace ${temporary}view ${source.name} as\nselect`;
  if (target.patterns.length === 0) {
    const columns = source.columns.map(
      (column) => `cast(null as ${column.type}) as ${identifier(column.name)}`,
    );
    return `${head} ${columns.join(', ')}\nwhere false`;
  }
  const types = fields.map((name) => `${textLiteral(name)}: 'VARCHAR'`).join(', ');
  const partitions = partitionColumns(source);
  const columns = source.columns.map(({ name }) => {
    const place = partitions.indexOf(name);
    return place < 0 ? identifier(name) : `${folderValue(name, partitions.length - place)} as ${name}`;
  });
  const files = target.patterns.map((pattern) => textLiteral(`${target.objectsRoot}${pattern}`));
  return `${head} ${columns.join(', ')}
from read_json(
  [${files.join(', ')}],
  format = 'newline_delimited', columns = {${types}}, filename = '$path', ignore_errors = true,
  maximum_object_size = 67108864, hive_partitioning = false
)`;
}

/**
 * The value of the folder `name=value` that lies so many levels above the object. DuckDB's own reading of such folders
 * would also take those above the lake, and let them overwrite the producer's fields.
 */
function folderValue(name: string, levelsUp: number): string {
  return `substr(string_split("$path", '/')[-${levelsUp + 1}], ${name.length + 2})`;
}

/** The columns that stand in the objects themselves. */
export function storedColumns(source: Pick<SourceModel, 'columns'>): readonly string[] {
  return source.columns.map((column) => column.name).filter((name) => !PATH_COLUMNS.includes(name));
}

/** The columns that the folders of a key give. */
export function partitionColumns(source: Pick<SourceModel, 'columns'>): readonly string[] {
  return source.columns.map((column) => column.name).filter((name) => name in PROJECTIONS);
}

/** Partition projection of the folders that the path columns stand for; batch datasets have no hour. */
export const PROJECTIONS: Readonly<Record<string, readonly string[]>> = {
  ingest_date: [
    `'projection.ingest_date.type' = 'date'`,
    `'projection.ingest_date.format' = 'yyyy-MM-dd'`,
    `'projection.ingest_date.range' = '2020-01-01,NOW'`,
  ],
  ingest_hour: [
    `'projection.ingest_hour.type' = 'integer'`,
    `'projection.ingest_hour.range' = '0,23'`,
    `'projection.ingest_hour.digits' = '2'`,
  ],
};

function renderExternalTable(
  source: Pick<SourceModel, 'name' | 'columns'>,
  fields: readonly string[],
  objectsRoot: string,
): string {
  const partitions = partitionColumns(source);
  const properties = [
    `'projection.enabled' = 'true'`,
    ...partitions.flatMap((name) => PROJECTIONS[name] ?? []),
  ];
  return `create external table if not exists ${source.name} (
${fields.map((field) => `  \`${field}\` string`).join(',\n')}
)
partitioned by (${partitions.map((name) => `${name} string`).join(', ')})
row format serde 'org.openx.data.jsonserde.JsonSerDe'
with serdeproperties ('ignore.malformed.json' = 'true')
location ${textLiteral(`${objectsRoot}${objectsPrefix(source.name)}`)}
tblproperties (
  ${properties.join(',\n  ')}
)`;
}
