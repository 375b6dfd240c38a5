/**
 * What the laptop reads from its environment, in one place.
 *
 * | variable | meaning | default |
 * |---|---|---|
 * | NO_COLOR | any non-empty value: no colours | off |
 * | MILLPOND_LAKE | the lake's folder, when `--lake` is not given | `.millpond` |
 * | MILLPOND_MEMORY_MB | memory that the SQL engine may use, MB | 800 |
 * | MILLPOND_SORT_MB | memory that `send` may use to sort before it spills to disk, MB | 64 |
 * | MILLPOND_BUILDS_KEPT | published builds that stay, the one that stands among them | 3 |
 * | MILLPOND_FRESH_WARN_H | hours by which events may lag behind the newest arrival of any source before a check warns | no limit |
 * | MILLPOND_FRESH_ERROR_H | the same before a check stops the publication | no limit |
 * | MILLPOND_SOURCE_S | seconds that a batch source may take, retries included | 60 |
 * | MILLPOND_ENGINE | where tables stand, when `--engine` is not given: duckdb or trino | duckdb |
 * | MILLPOND_TRINO_URL | the coordinator's address, when `--trino-url` is not given | none |
 * | MILLPOND_TRINO_USER | who asks Trino | millpond |
 * | MILLPOND_TRINO_PASSWORD | that user's password | none |
 * | MILLPOND_TRINO_TOKEN | a bearer token instead, such as a JWT | none |
 * | MILLPOND_OBJECTS_ROOT | where the cluster sees the lake's objects, when `--objects-root` is not given | none |
 * | MILLPOND_WAREHOUSE | where it puts new tables, when `--warehouse` is not given | the catalogue's own place |
 * | MILLPOND_DEBUG | any non-empty value: errors carry their stack | off |
 */
export interface LocalSettings {
  readonly hasColor: boolean;
  readonly lakeFolder: string;
  readonly engineMemoryMb: number;
  readonly sortMemoryMb: number;
  readonly buildsKept: number;
  readonly freshWarnH: number | null;
  readonly freshErrorH: number | null;
  readonly sourceDeadlineS: number;
  readonly trino: TrinoSettings;
  readonly isDebug: boolean;
}

/** A cluster that may hold the tables; password and token are shown nowhere. */
export interface TrinoSettings {
  readonly engine: 'duckdb' | 'trino';
  readonly url: string | null;
  readonly user: string;
  readonly password: string | null;
  readonly token: string | null;
  readonly objectsRoot: string | null;
  readonly warehouse: string | null;
}

export const DEFAULT_LAKE_FOLDER = '.millpond';

/** A variable holds something that cannot be used. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Reads the settings; throws SettingsError with the variable, its value and what is allowed. */
export function readLocalSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LocalSettings {
  return {
    hasColor: !isSet(environment.NO_COLOR),
    lakeFolder: isSet(environment.MILLPOND_LAKE) ? environment.MILLPOND_LAKE : DEFAULT_LAKE_FOLDER,
    engineMemoryMb: readWhole(environment, 'MILLPOND_MEMORY_MB', 800),
    sortMemoryMb: readWhole(environment, 'MILLPOND_SORT_MB', 64),
    buildsKept: readWhole(environment, 'MILLPOND_BUILDS_KEPT', 3),
    freshWarnH: readLimit(environment, 'MILLPOND_FRESH_WARN_H'),
    freshErrorH: readLimit(environment, 'MILLPOND_FRESH_ERROR_H'),
    sourceDeadlineS: readWhole(environment, 'MILLPOND_SOURCE_S', 60),
    trino: readTrino(environment),
    isDebug: isSet(environment.MILLPOND_DEBUG),
  };
}

function readTrino(environment: Readonly<Record<string, string | undefined>>): TrinoSettings {
  const textOf = (name: string) => (isSet(environment[name]) ? environment[name] : null);
  const engine = textOf('MILLPOND_ENGINE') ?? 'duckdb';
  if (engine !== 'duckdb' && engine !== 'trino') {
    throw new SettingsError(`MILLPOND_ENGINE is "${engine}"; allowed: duckdb, trino.`);
  }
  return {
    engine,
    url: textOf('MILLPOND_TRINO_URL'),
    user: textOf('MILLPOND_TRINO_USER') ?? 'millpond',
    password: textOf('MILLPOND_TRINO_PASSWORD'),
    token: textOf('MILLPOND_TRINO_TOKEN'),
    objectsRoot: textOf('MILLPOND_OBJECTS_ROOT'),
    warehouse: textOf('MILLPOND_WAREHOUSE'),
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** Null where nothing is set. */
function readLimit(environment: Readonly<Record<string, string | undefined>>, name: string): number | null {
  return isSet(environment[name]) ? readWhole(environment, name, 1) : null;
}

function readWhole(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
): number {
  const text = environment[name];
  if (!isSet(text)) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw new SettingsError(`${name} is "${text}"; allowed: a whole number from 1 to 1000000.`);
}
