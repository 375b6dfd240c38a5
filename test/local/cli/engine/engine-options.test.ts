import { describe, expect, it } from 'vitest';
import { type EngineOptions, enginePlace } from '../../../../local/cli/engine/engine-options.ts';
import { requireReadingText } from '../../../../local/cli/engine/open-reader.ts';
import { writingPlace } from '../../../../local/cli/engine/open-trino.ts';
import { readLocalSettings } from '../../../../local/settings.ts';

function placeOf(options: EngineOptions, environment: Readonly<Record<string, string>> = {}) {
  return enginePlace(options, readLocalSettings(environment));
}

const TRINO = { engine: 'trino', trinoUrl: 'https://trino.shop.example:8443/' } as const;

describe('the place of the tables', () => {
  it("is the lake's own file unless somebody says Trino", () => {
    expect(placeOf({})).toEqual({ kind: 'duckdb' });
    expect(placeOf({ engine: 'duckdb' }, { MILLPOND_ENGINE: 'trino' })).toEqual({ kind: 'duckdb' });
  });

  it('in a cluster has names of its own unless others are given', () => {
    expect(placeOf(TRINO)).toEqual({
      ...{ kind: 'trino', url: 'https://trino.shop.example:8443', user: 'millpond' },
      ...{ catalog: 'iceberg', schema: 'millpond', rawSchema: 'hive.millpond_raw' },
      ...{ objectsRoot: null, warehouse: null },
    });
    expect(
      placeOf({
        ...TRINO,
        ...{ trinoCatalog: 'lake', trinoSchema: 'shop', rawSchema: 'raw.shop' },
        ...{ objectsRoot: 's3://bucket/objects//', warehouse: 'file:///mnt/tables/' },
      }),
    ).toMatchObject({
      ...{ catalog: 'lake', schema: 'shop', rawSchema: 'raw.shop' },
      ...{ objectsRoot: 's3://bucket/objects/', warehouse: 'file:///mnt/tables' },
    });
  });

  it('and who asks may come from the environment', () => {
    const environment = {
      MILLPOND_ENGINE: 'trino',
      MILLPOND_TRINO_URL: 'https://trino.shop.example/behind/a/gateway/',
      MILLPOND_TRINO_USER: 'ana',
      MILLPOND_TRINO_PASSWORD: 'secret',
      MILLPOND_OBJECTS_ROOT: 's3://bucket/objects',
    };

    expect(placeOf({}, environment)).toMatchObject({
      ...{
        kind: 'trino',
        url: 'https://trino.shop.example/behind/a/gateway',
        user: 'ana',
        password: 'secret',
      },
      objectsRoot: 's3://bucket/objects/',
    });
  });

  it.each([
    [{ engine: 'trino' }, {}, '--engine trino needs --trino-url'],
    [{ trinoUrl: 'https://x' }, {}, 'need --engine trino'],
    [{ ...TRINO, trinoUrl: 'trino' }, {}, '--trino-url is "trino"'],
    [{ ...TRINO, trinoUrl: 'ftp://x' }, {}, 'allowed: an address'],
    [{ ...TRINO, trinoUrl: `${'https'}://ana:secret@x` }, {}, '--trino-url names no user'],
    [{ ...TRINO, trinoUrl: 'http://x' }, { MILLPOND_TRINO_PASSWORD: 's' }, 'goes over https alone'],
    [{ ...TRINO, trinoUrl: 'http://x' }, { MILLPOND_TRINO_TOKEN: 's' }, 'goes over https alone'],
    [TRINO, { MILLPOND_TRINO_PASSWORD: 's', MILLPOND_TRINO_TOKEN: 't' }, 'both set'],
    [{ ...TRINO, trinoSchema: 'a"; drop' }, {}, '--trino-schema is "a"; drop"'],
    [{ ...TRINO, trinoCatalog: 'Iceberg' }, {}, '--trino-catalog is "Iceberg"'],
    [{ ...TRINO, rawSchema: 'hive' }, {}, 'a catalogue and a schema'],
    [{ ...TRINO, rawSchema: 'a.b.c' }, {}, 'a catalogue and a schema'],
    [{ ...TRINO, objectsRoot: '/mnt/objects' }, {}, '--objects-root is "/mnt/objects"'],
    [{ ...TRINO, objectsRoot: "s3://b/x'y" }, {}, 'allowed: a location'],
    [{ ...TRINO, warehouse: 's3://b/../c' }, {}, '--warehouse is "s3://b/../c"'],
  ] as const)('%j with %j is refused: %s', (options, environment, problem) => {
    expect(() => placeOf(options, environment)).toThrow(problem);
  });

  it('never repeats a secret that stands in an address', () => {
    for (const protocol of ['https', 'ftp']) {
      const refused = () => placeOf({ ...TRINO, trinoUrl: `${protocol}://ana:open-sesame@x` });

      expect(refused).toThrow(/^(?!.*sesame).*names no user/);
    }
  });

  it('takes a password over plain HTTP to this machine alone', () => {
    for (const trinoUrl of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      expect(placeOf({ ...TRINO, trinoUrl }, { MILLPOND_TRINO_PASSWORD: 's' })).toMatchObject({
        password: 's',
      });
    }
  });

  it('of a writer names the objects as the cluster sees them', () => {
    expect(() => writingPlace(TRINO, readLocalSettings({}))).toThrow('needs --objects-root');
  });
});

describe('a statement that only reads, by how it begins', () => {
  it.each([
    'select 1',
    ' -- why\n/* because */ SELECT 1',
    '(select 1) union all (select 2)',
    'with x as (select 1) select * from x',
    'values 1',
    'table fct_orders',
    'show tables',
    'describe fct_orders',
    'explain (type distributed) select 1',
    'explain analyze verbose select 1',
  ])('%j is one', (sql) => {
    expect(() => requireReadingText(sql)).not.toThrow();
  });

  it.each([
    'drop table t',
    'insert into t select 1',
    'explain analyze insert into t select 1',
    'explain analyze delete from t',
    'call system.runtime.kill_query(null)',
    'set session x = 1',
    'selection',
    '-- select 1',
    'create table t as select 1',
    "execute immediate 'drop table t'",
    '',
  ])('%j is none', (sql) => {
    expect(() => requireReadingText(sql)).toThrow('query only reads');
  });
});
