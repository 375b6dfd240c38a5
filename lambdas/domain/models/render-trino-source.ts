import { textLiteral } from './literal.ts';
import type { SourceModel } from './model.ts';
import {
  objectsPrefix,
  PROJECTIONS,
  partitionColumns,
  renderObjectsSource,
  storedColumns,
} from './render-source.ts';
import { identifier, type TableTarget } from './render-table.ts';

export interface ObjectsTarget extends TableTarget {
  readonly objectsRoot: string;
  readonly patterns: readonly string[];
  /** Arrival dates of the objects, in any order; only read for Trino. */
  readonly ingestDates: readonly string[];
  /** Catalogue and schema of a Hive connector, `hive.lake_raw`; only read for Trino. */
  readonly rawSchema?: string | undefined;
  /** See renderObjectsSource. */
  readonly isTemporary?: boolean;
}

/** The statements that make a dataset's objects a table of this engine; see renderObjectsSource for the one of most. */
export function renderObjects(
  source: Pick<SourceModel, 'name' | 'columns'>,
  target: ObjectsTarget,
): readonly string[] {
  if (target.dialect !== 'trino') return [renderObjectsSource(source, target)];
  const columns = source.columns.map(({ name }) => identifier(name));
  const head = `create or replace view ${source.name} as\nselect`;
  if (target.patterns.length === 0) {
    const none = columns.map((name) => `cast(null as varchar) as ${name}`);
    return [`${head} ${none.join(', ')}\nwhere false`];
  }
  if (target.rawSchema === undefined) throw new TypeError('Trino needs a schema for raw tables');
  const table = `${target.rawSchema}.${source.name}`;
  const shown = source.columns.map(({ name }) =>
    name === '$path' ? '"$path" as "$path"' : identifier(name),
  );
  return [
    `create schema if not exists ${target.rawSchema}`,
    `drop table if exists ${table}`,
    renderHiveTable(source, table, target.objectsRoot),
    `${head} ${shown.join(', ')}\nfrom ${table}\nwhere ingest_date between ${firstAndLast(target.ingestDates)}`,
  ];
}

/** The projection knows every hour since 2020, and each costs a look at the store: the view names those that can be. */
function firstAndLast(dates: readonly string[]): string {
  const ascending = [...dates].sort();
  return `${textLiteral(ascending[0] ?? '')} and ${textLiteral(ascending.at(-1) ?? '')}`;
}

/**
 * The same table that Athena has, by the same SerDe and the same projection of partitions. It is external: dropping it
 * leaves the objects alone.
 */
function renderHiveTable(
  source: Pick<SourceModel, 'name' | 'columns'>,
  table: string,
  objectsRoot: string,
): string {
  const partitions = partitionColumns(source);
  const columns = [...storedColumns(source), ...partitions].map((name) => `  ${identifier(name)} varchar`);
  const properties = [
    `'ignore.malformed.json' = 'true'`,
    `'projection.enabled' = 'true'`,
    ...partitions.flatMap((name) => PROJECTIONS[name] ?? []),
  ].map((property) => `    (${property.replace(' = ', ', ')})`);
  return `create table ${table} (
${columns.join(',\n')}
)
with (
  format = 'OPENX_JSON',
  external_location = ${textLiteral(`${objectsRoot}${objectsPrefix(source.name)}`)},
  partitioned_by = array[${partitions.map(textLiteral).join(', ')}],
  extra_properties = map_from_entries(array[
${properties.join(',\n')}
  ])
)`;
}
