import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SqlError } from '../../lambdas/ports/sql-engine.ts';
import { openDuckDb, type SqlChunk } from '../../local/duckdb-engine.ts';
import { duckDbUnderTest, rowOf } from './duckdb-under-test.ts';
import { failureOf } from './failure-of.ts';

const duckDb = duckDbUnderTest();

describe('dialect', () => {
  it('settings and macros give the meaning that Trino has', async () => {
    const engine = await duckDb.open();

    const row = await rowOf(
      engine,
      `select 7 / 2, greatest(1, null), concat('a', null), regexp_replace('aba', 'a', 'c'),
              date_diff('day', timestamp '2026-01-01 23:00:00', timestamp '2026-01-02 01:00:00'),
              current_setting('timezone'), split_part('a,b', ',', 3)`,
    );

    expect(row).toEqual([3, null, null, 'cbc', 0, 'UTC', null]);
  });

  it('macros also stand in a database that is open for reading only', async () => {
    const file = join(duckDb.folder, 'lake.duckdb');
    const writer = await openDuckDb({ file });
    await writer.execute('create table t as select 7 as a');
    writer.close();

    const reader = await duckDb.open({ file, readOnly: true });

    expect(await rowOf(reader, 'select a / 2, greatest(a, null) from t')).toEqual([3, null]);
    expect(String(await failureOf(reader.execute('create table u (a integer)')))).toContain('read-only');
  });

  it('extensions are neither installed nor loaded by themselves', async () => {
    const engine = await duckDb.open();

    const error = await failureOf(engine.query(`select * from read_json('https://127.0.0.1:9/x.json')`));

    expect(error).toBeInstanceOf(SqlError);
    expect(
      await rowOf(
        engine,
        `select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')`,
      ),
    ).toEqual([false, false]);
  });

  it('a view over relative names is read in the search duckDb.folder, also after the lake has moved', async () => {
    const before = join(duckDb.folder, "the shop's lake");
    const after = join(duckDb.folder, 'elsewhere');
    mkdirSync(join(before, 'objects', 'raw'), { recursive: true });
    writeFileSync(join(before, 'objects', 'raw', 'a.ndjson.gz'), gzipSync('{"a":"1"}\n'));
    const maker = await openDuckDb({ file: join(before, 'lake.duckdb'), searchFolder: before });
    await maker.execute(
      `create view raw as select * from read_json('objects/raw/*.gz', format = 'newline_delimited',
         columns = {a: 'VARCHAR'}, filename = '$path')`,
    );
    maker.close();
    renameSync(before, after);

    const engine = await duckDb.open({ file: join(after, 'lake.duckdb'), searchFolder: `${after}/` });

    expect(await rowOf(engine, 'select a, "$path" from raw')).toEqual([
      '1',
      join(after, 'objects', 'raw', 'a.ndjson.gz'),
    ]);
  });
});

describe('row groups', () => {
  let groupsMade = 0;

  /** How many hold 80,000 rows that came in five parts. */
  async function groupsOf(options: { readonly mergesRowGroups?: boolean }): Promise<number> {
    const engine = await duckDb.open({ file: join(duckDb.folder, `${groupsMade++}.duckdb`), ...options });
    await engine.execute('create table t as select range as a from range(40000)');
    for (const part of [4, 5, 6, 7]) {
      await engine.execute(`insert into t select range + ${part} * 10000 from range(10000)`);
      await engine.execute('checkpoint');
    }
    const groups = await rowOf(engine, `select count(distinct row_group_id) from pragma_storage_info('t')`);
    return Number(groups?.[0]);
  }

  it('a commit merges small ones, unless the engine is told to leave them alone', async () => {
    const alone = await groupsOf({ mergesRowGroups: false });

    expect(alone).toBeGreaterThanOrEqual(4);
    expect(await groupsOf({})).toBeLessThan(alone);
  });
});

describe('streaming', () => {
  it('a long result comes in chunks, all rows once and in order', async () => {
    const engine = await duckDb.open();
    let rows = 0;
    let isOrdered = true;
    let chunks = 0;

    for await (const chunk of engine.stream('select i from range(10000) t(i) order by i')) {
      chunks += 1;
      for (const row of chunk.rows) {
        isOrdered = isOrdered && row[0] === rows;
        rows += 1;
      }
    }

    expect({ rows, isOrdered }).toEqual({ rows: 10_000, isOrdered: true });
    expect(chunks).toBeGreaterThan(4);
  });

  it('an empty result gives one chunk with its columns', async () => {
    const engine = await duckDb.open();
    const chunks: SqlChunk[] = [];

    for await (const chunk of engine.stream('select 1 as a where false')) chunks.push(chunk);

    expect(chunks).toEqual([{ columns: [{ name: 'a', type: 'integer' }], rows: [] }]);
  });

  it('other statements run while a stream is open, and a stream may be left early', async () => {
    const engine = await duckDb.open();
    await engine.execute('create table t as select i from range(5000) t(i)');

    for await (const chunk of engine.stream('select i from t')) {
      expect(chunk.rows.length).toBeGreaterThan(0);
      expect(await rowOf(engine, 'select count(*) from t')).toEqual([5000]);
      break;
    }

    expect(await rowOf(engine, 'select 1')).toEqual([1]);
  });

  it('a failing stream ends with an SqlError', async () => {
    const engine = await duckDb.open();

    const error = await failureOf(engine.stream(`select cast('x' as integer)`).next());

    expect(error).toBeInstanceOf(SqlError);
  });
});

describe('a connection beside the engine', () => {
  it('knows the macros, and of the tables what is committed', async () => {
    const engine = await duckDb.open();
    await engine.execute('create table t as select 1 as i');
    const beside = await engine.beside();

    await engine.execute('begin');
    await engine.execute('insert into t values (2)');
    expect((await beside.query('select count(*) from t')).rows).toEqual([[1]]);
    await engine.execute('commit');

    expect((await beside.query('select count(*) from t')).rows).toEqual([[2]]);
    expect((await beside.query("select to_utf8('a') is not null")).rows).toEqual([[true]]);
    expect(await failureOf(beside.query('select no_column from t'))).toBeInstanceOf(SqlError);
    beside.close();
    expect(await rowOf(engine, 'select count(*) from t')).toEqual([2]);
  });

  it('answers while a statement of the engine runs', async () => {
    const engine = await duckDb.open();
    const beside = await engine.beside();
    let hasEnded = false;
    const long = engine
      .query('select count(*) from range(8000) a(i), range(8000) b(j) where i * j % 7 = 3')
      .then(() => {
        hasEnded = true;
      });

    await beside.query('select 1');
    expect(hasEnded).toBe(false);

    await long;
    beside.close();
  });
});

it('an engine that runs out of memory says what to set', async () => {
  const engine = await openDuckDb({ file: ':memory:', memoryLimitMb: 24, threads: 1 });
  try {
    const sql =
      "select count(*) from (select distinct n || repeat('x', 100) from range(2000000) as rows (n))";
    await expect(engine.query(sql)).rejects.toThrow(/set MILLPOND_MEMORY_MB to give it more \(Out of Memory/);
  } finally {
    engine.close();
  }
});
