import { type Command, Option } from 'commander';
import type { LocalSettings } from '../../settings.ts';
import { usageError } from '../errors.ts';

export const ENGINES = ['duckdb', 'trino'] as const;

/** As typed; what is missing comes from the settings. */
export interface EngineOptions {
  readonly engine?: (typeof ENGINES)[number];
  readonly trinoUrl?: string;
  readonly trinoCatalog?: string;
  readonly trinoSchema?: string;
  readonly rawSchema?: string;
  readonly objectsRoot?: string;
  readonly warehouse?: string;
}

/** A cluster, and where the lake stands in it. */
export interface TrinoPlace {
  readonly kind: 'trino';
  readonly url: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly catalog: string;
  readonly schema: string;
  /** Catalogue and schema of the tables over raw objects. */
  readonly rawSchema: string;
  /** Where the cluster sees the lake's objects, with a closing slash; null for who only reads tables. */
  readonly objectsRoot: string | null;
  /** Of new tables, without a closing slash; null: where the catalogue puts them. */
  readonly warehouse: string | null;
}

/** Where the lake's tables stand. */
export type EnginePlace = { readonly kind: 'duckdb' } | TrinoPlace;

export const ON_DUCKDB: EnginePlace = { kind: 'duckdb' };

export const ENGINE_HELP = `
The tables stand in the lake's own DuckDB file, or with --engine trino in Iceberg tables of a Trino cluster, which then
does the work. The cluster must see the lake's objects: in a shared or mounted folder, or in a bucket that the folder
objects/ is copied to between \`run --no-build\` and \`build\`; --objects-root names that place as the cluster does. It
needs an Iceberg catalogue and a Hive one for the raw objects. Who asks comes from MILLPOND_TRINO_USER and MILLPOND_TRINO_PASSWORD, or
MILLPOND_TRINO_TOKEN. A lake's tables stand in one place: \`rebuild\` moves them to another.`;

/** Where tables are read. */
export function addReadingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--engine <engine>',
        'where the tables stand (default: duckdb, or $MILLPOND_ENGINE)',
      ).choices(ENGINES),
    )
    .option('--trino-url <url>', 'of the coordinator (default: $MILLPOND_TRINO_URL)')
    .option('--trino-catalog <name>', 'an Iceberg catalogue (default: iceberg)')
    .option('--trino-schema <name>', 'the schema of the tables (default: millpond)');
}

/** Where tables are written. */
export function addEngineOptions(command: Command): Command {
  return addReadingOptions(command)
    .option(
      '--raw-schema <catalog.schema>',
      'for raw objects, in a Hive catalogue (default: hive.<schema>_raw)',
    )
    .option('--objects-root <location>', 'of objects/ for the cluster (default: $MILLPOND_OBJECTS_ROOT)')
    .option(
      '--warehouse <location>',
      'of new tables (default: $MILLPOND_WAREHOUSE, or where the catalogue puts them)',
    );
}

/** The place that options and settings name. Throws a usage error for what is missing or cannot be. */
export function enginePlace(options: EngineOptions, settings: LocalSettings): EnginePlace {
  const { trino } = settings;
  if ((options.engine ?? trino.engine) === 'duckdb') {
    const stray = Object.entries(options).find(([name, value]) => PLACES.has(name) && value !== undefined);
    if (stray !== undefined) throw usageError('Options of a Trino cluster need --engine trino beside them.');
    return ON_DUCKDB;
  }
  const schema = identifierOf('--trino-schema', options.trinoSchema ?? 'millpond');
  const root = options.objectsRoot ?? trino.objectsRoot;
  const warehouse = options.warehouse ?? trino.warehouse;
  return {
    kind: 'trino',
    ...accessOf(options.trinoUrl ?? trino.url, settings),
    catalog: identifierOf('--trino-catalog', options.trinoCatalog ?? 'iceberg'),
    schema,
    rawSchema: rawSchemaOf(options.rawSchema ?? `hive.${schema}_raw`),
    objectsRoot: root === null ? null : `${locationOf('--objects-root', root)}/`,
    warehouse: warehouse === null ? null : locationOf('--warehouse', warehouse),
  };
}

const PLACES: ReadonlySet<string> = new Set([
  'trinoUrl',
  'trinoCatalog',
  'trinoSchema',
  'rawSchema',
  'objectsRoot',
  'warehouse',
]);

function accessOf(text: string | null, { trino }: LocalSettings) {
  if (text === null) throw usageError('--engine trino needs --trino-url, such as https://trino.example.com.');
  const url = URL.parse(text);
  if (url !== null && (url.username !== '' || url.password !== '')) {
    throw usageError(
      '--trino-url names no user: give MILLPOND_TRINO_USER and MILLPOND_TRINO_PASSWORD instead.',
    );
  }
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw usageError(`--trino-url is "${text}"; allowed: an address such as https://trino.example.com:8443.`);
  }
  const { user, password, token } = trino;
  if (password !== null && token !== null) {
    throw usageError('MILLPOND_TRINO_PASSWORD and MILLPOND_TRINO_TOKEN are both set: unset one of them.');
  }
  const isSafe = url.protocol === 'https:' || LOOPBACK.test(url.hostname);
  if ((password !== null || token !== null) && !isSafe) {
    throw usageError(`--trino-url is "${text}": a password or token goes over https alone.`);
  }
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    user,
    ...(password === null ? {} : { password }),
    ...(token === null ? {} : { token }),
  };
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function identifierOf(option: string, name: string): string {
  if (/^[a-z_][a-z0-9_]{0,127}$/.test(name)) return name;
  throw usageError(`${option} is "${name}"; allowed: small letters, digits and underscores.`);
}

function rawSchemaOf(name: string): string {
  const [catalog, schema, ...more] = name.split('.');
  if (catalog === undefined || schema === undefined || more.length > 0) {
    throw usageError(
      `--raw-schema is "${name}"; allowed: a catalogue and a schema, such as hive.millpond_raw.`,
    );
  }
  return `${identifierOf('--raw-schema', catalog)}.${identifierOf('--raw-schema', schema)}`;
}

const LOCATION = /^(s3a?|gs|abfss?|hdfs|file|local):\/\/\/?[A-Za-z0-9][A-Za-z0-9._@=+/-]*$/;

function locationOf(option: string, text: string): string {
  const location = text.replace(/\/+$/, '');
  if (LOCATION.test(location) && !location.split('/').includes('..')) return location;
  throw usageError(
    `${option} is "${text}"; allowed: a location such as s3://bucket/shop or file:///mnt/shop.`,
  );
}
