import { textLiteral } from '../../../lambdas/domain/models/literal.ts';
import { SqlError } from '../../../lambdas/ports/sql-engine.ts';
import type { LocalSettings } from '../../settings.ts';
import type { TrinoSqlEngine } from '../../trino/trino-sql-engine.ts';
import { CommandError, usageError } from '../errors.ts';
import { type EngineOptions, type EnginePlace, enginePlace, type TrinoPlace } from './engine-options.ts';

/** A cluster that tables can be written in. */
export interface WritablePlace extends TrinoPlace {
  readonly objectsRoot: string;
}

/** Where a command writes tables. Throws a usage error for what is missing or cannot be. */
export function writingPlace(options: EngineOptions, settings: LocalSettings): EnginePlace {
  const place = enginePlace(options, settings);
  return place.kind === 'trino' ? requireWritable(place) : place;
}

/** Throws a usage error when nobody said where the cluster sees the objects. */
export function requireWritable(place: TrinoPlace): WritablePlace {
  const { objectsRoot } = place;
  if (objectsRoot !== null) return { ...place, objectsRoot };
  throw usageError(
    '--engine trino needs --objects-root: where the cluster sees the folder objects/ of this lake, such as s3://bucket/objects or file:///mnt/shop/objects.',
  );
}

/**
 * Opens the place for a run: both catalogues are there, and the schema is made when it is missing. Throws CommandError
 * `trino_unavailable`, `trino_denied` or `trino_no_catalog`.
 */
export async function openTrinoForWriting(place: WritablePlace): Promise<TrinoSqlEngine> {
  const engine = await openTrino(place);
  await requireCatalogs(engine, place, [place.catalog, place.rawSchema.split('.')[0] ?? '']);
  const location = place.warehouse === null ? '' : ` with (location = ${textLiteral(`${place.warehouse}/`)})`;
  try {
    await engine.execute(`create schema if not exists ${place.catalog}.${place.schema}${location}`);
  } catch (error) {
    throw problemOf(error, `the schema ${place.catalog}.${place.schema} cannot be made`);
  }
  return engine;
}

/** Opens the place for reading; null while its schema is not there. Throws as openTrinoForWriting. */
export async function openTrinoForReading(place: TrinoPlace): Promise<TrinoSqlEngine | null> {
  const engine = await openTrino({ ...place, isReader: true });
  await requireCatalogs(engine, place, [place.catalog]);
  const { rows } = await engine.query(
    `select 1 from ${place.catalog}.information_schema.schemata where schema_name = ${textLiteral(place.schema)}`,
  );
  return rows.length === 0 ? null : engine;
}

/** Its client is a sixth of what a run loads, and few ask a cluster. */
async function openTrino(place: ConstructorParameters<typeof TrinoSqlEngine>[0]): Promise<TrinoSqlEngine> {
  const client = await import('../../trino/trino-sql-engine.ts');
  return new client.TrinoSqlEngine(place);
}

async function requireCatalogs(
  engine: TrinoSqlEngine,
  place: TrinoPlace,
  names: readonly string[],
): Promise<void> {
  try {
    const { rows } = await engine.query('select catalog_name from system.metadata.catalogs order by 1');
    const known = rows.map(([name]) => String(name));
    const missing = names.find((name) => !known.includes(name));
    if (missing === undefined) return;
    throw new CommandError(
      'trino_no_catalog',
      `Trino at ${place.url} has no catalogue "${missing}" for ${place.user}; it has ${known.join(', ')}.`,
    );
  } catch (error) {
    throw problemOf(error, 'its catalogues cannot be read');
  }
}

function problemOf(error: unknown, what: string): unknown {
  if (!(error instanceof SqlError)) return error;
  if (/^(PERMISSION_DENIED|ACCESS_DENIED)/.test(error.message)) {
    return new CommandError(
      'trino_denied',
      `Trino: ${what}: ${error.message}. The user needs the right to it, or a schema that somebody made for it.`,
      { cause: error },
    );
  }
  const isOnTheWay = /^(No Trino|Trino at|https?:)/.test(error.message);
  const message = isOnTheWay ? error.message : `Trino: ${what}: ${error.message}`;
  return new CommandError(isOnTheWay ? 'trino_unavailable' : 'trino', message, { cause: error });
}
