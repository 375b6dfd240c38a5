import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqlError } from '../../lambdas/ports/sql-engine.ts';
import {
  type DuckDbEngine,
  type DuckDbOptions,
  openDuckDb,
  type SqlChunk,
} from '../../local/duckdb-engine.ts';
import { StorageError } from '../../local/storage-error.ts';

let folder: string;
let engines: DuckDbEngine[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-duckdb-'));
  engines = [];
});

afterEach(() => {
  for (const engine of engines) engine.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<DuckDbOptions> = {}): Promise<DuckDbEngine> {
  const engine = await openDuckDb({ file: ':memory:', threads: 1, ...options });
  engines.push(engine);
  return engine;
}

async function rowOf(engine: DuckDbEngine, sql: string) {
  return (await engine.query(sql)).rows[0];
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

describe('values', () => {
  it('a decimal keeps its full scale as text', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      `select cast('12.5' as decimal(18,4)), cast('-0.05' as decimal(4,2)), cast('7' as decimal(3,0)),
              cast('99999999999999999999999999999999.9999' as decimal(38,4))`,
    );

    expect(row).toEqual(['12.5000', '-0.05', '7', '99999999999999999999999999999999.9999']);
  });

  it('a timestamp always has six places and a date none', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      `select timestamp '2026-01-31 23:59:59.123456', timestamp '2026-01-31 00:00:00',
              timestamp '1969-12-31 23:59:59.999999', date '2026-02-28',
              timestamptz '2026-01-01 00:00:00.5+02', timestamp '0001-01-01 00:00:00'`,
    );

    expect(row).toEqual([
      '2026-01-31 23:59:59.123456',
      '2026-01-31 00:00:00.000000',
      '1969-12-31 23:59:59.999999',
      '2026-02-28',
      '2025-12-31 22:00:00.500000 UTC',
      '0001-01-01 00:00:00.000000',
    ]);
  });

  it('an integer is a number up to 2^53 and a bigint beyond it', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      'select 9007199254740991::bigint, 9007199254740992::bigint, -9007199254740992::hugeint, sum(1)',
    );

    expect(row).toEqual([9007199254740991, 9007199254740992n, -9007199254740992n, 1]);
  });

  it('doubles, booleans, bytes and nulls come through', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      `select 0.1::double + 0.2::double, 'nan'::double, true, null, null::decimal(18,4), to_utf8('é')`,
    );

    expect(row).toEqual([0.1 + 0.2, Number.NaN, true, null, null, 'c3a9']);
  });

  it('nested values come as JSON text', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      `select [1.50::decimal(5,2), null], {'a': date '2026-01-01', 'b': [true]}, map {'k': 9007199254740993}`,
    );

    expect(row).toEqual(['["1.50",null]', '{"a":"2026-01-01","b":[true]}', '{"k":"9007199254740993"}']);
  });

  it('columns carry the names and types that models declare', async () => {
    const engine = await open();

    const { columns } = await engine.query(
      `select 1::bigint as a, 1::decimal(18,4) as b, timestamp '2026-01-01' as c, 'x' as d, 1::double as e,
              date '2026-01-01' as f, true as g, 1::integer as h`,
    );

    expect(columns).toEqual([
      { name: 'a', type: 'bigint' },
      { name: 'b', type: 'decimal(18,4)' },
      { name: 'c', type: 'timestamp(6)' },
      { name: 'd', type: 'varchar' },
      { name: 'e', type: 'double' },
      { name: 'f', type: 'date' },
      { name: 'g', type: 'boolean' },
      { name: 'h', type: 'integer' },
    ]);
  });

  it('a text of any code points survives a round trip through a table', async () => {
    const engine = await open();
    await engine.execute('create table texts (value varchar)');
    const anyText = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'));

    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await engine.execute(`delete from texts; insert into texts values (${quoted(text)})`);

        expect(await rowOf(engine, 'select value from texts')).toEqual([text]);
      }),
      { numRuns: 100 },
    );
    expect(await rowOf(engine, `select 'a' || chr(0) || 'b'`)).toEqual(['a\0b']);
  });

  it('a statement that holds a NUL is refused, since the engine would run its beginning alone', async () => {
    const engine = await open();

    const error = await failure(engine.execute('select 1; \0 select 2'));

    expect(error).toBeInstanceOf(SqlError);
    expect(String(error)).toContain('NUL');
  });
});

describe('dialect', () => {
  it('settings and macros give the meaning that Trino has', async () => {
    const engine = await open();

    const row = await rowOf(
      engine,
      `select 7 / 2, greatest(1, null), concat('a', null), regexp_replace('aba', 'a', 'c'),
              date_diff('day', timestamp '2026-01-01 23:00:00', timestamp '2026-01-02 01:00:00'),
              current_setting('timezone'), split_part('a,b', ',', 3)`,
    );

    expect(row).toEqual([3, null, null, 'cbc', 0, 'UTC', null]);
  });

  it('macros also stand in a database that is open for reading only', async () => {
    const file = join(folder, 'lake.duckdb');
    const writer = await openDuckDb({ file });
    await writer.execute('create table t as select 7 as a');
    writer.close();

    const reader = await open({ file, readOnly: true });

    expect(await rowOf(reader, 'select a / 2, greatest(a, null) from t')).toEqual([3, null]);
    expect(String(await failure(reader.execute('create table u (a integer)')))).toContain('read-only');
  });

  it('extensions are neither installed nor loaded by themselves', async () => {
    const engine = await open();

    const error = await failure(engine.query(`select * from read_json('https://127.0.0.1:9/x.json')`));

    expect(error).toBeInstanceOf(SqlError);
    expect(
      await rowOf(
        engine,
        `select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')`,
      ),
    ).toEqual([false, false]);
  });

  it('a view over relative names is read in the search folder, also after the lake has moved', async () => {
    const before = join(folder, "the shop's lake");
    const after = join(folder, 'elsewhere');
    mkdirSync(join(before, 'objects', 'raw'), { recursive: true });
    writeFileSync(join(before, 'objects', 'raw', 'a.ndjson.gz'), gzipSync('{"a":"1"}\n'));
    const maker = await openDuckDb({ file: join(before, 'lake.duckdb'), searchFolder: before });
    await maker.execute(
      `create view raw as select * from read_json('objects/raw/*.gz', format = 'newline_delimited',
         columns = {a: 'VARCHAR'}, filename = '$path')`,
    );
    maker.close();
    renameSync(before, after);

    const engine = await open({ file: join(after, 'lake.duckdb'), searchFolder: `${after}/` });

    expect(await rowOf(engine, 'select a, "$path" from raw')).toEqual([
      '1',
      join(after, 'objects', 'raw', 'a.ndjson.gz'),
    ]);
  });
});

describe('streaming', () => {
  it('a long result comes in chunks, all rows once and in order', async () => {
    const engine = await open();
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
    const engine = await open();
    const chunks: SqlChunk[] = [];

    for await (const chunk of engine.stream('select 1 as a where false')) chunks.push(chunk);

    expect(chunks).toEqual([{ columns: [{ name: 'a', type: 'integer' }], rows: [] }]);
  });

  it('other statements run while a stream is open, and a stream may be left early', async () => {
    const engine = await open();
    await engine.execute('create table t as select i from range(5000) t(i)');

    for await (const chunk of engine.stream('select i from t')) {
      expect(chunk.rows.length).toBeGreaterThan(0);
      expect(await rowOf(engine, 'select count(*) from t')).toEqual([5000]);
      break;
    }

    expect(await rowOf(engine, 'select 1')).toEqual([1]);
  });

  it('a failing stream ends with an SqlError', async () => {
    const engine = await open();

    const error = await failure(engine.stream(`select cast('x' as integer)`).next());

    expect(error).toBeInstanceOf(SqlError);
  });
});

describe('errors', () => {
  it('a refused statement is a terminal SqlError that carries its text', async () => {
    const engine = await open();

    const error = await failure(engine.execute('select * from nothing_there'));

    expect(error).toMatchObject({ name: 'SqlError', isTransient: false, sql: 'select * from nothing_there' });
  });

  it('fault 36: a conflict of two writers is transient', async () => {
    const file = join(folder, 'lake.duckdb');
    const [left, right] = [await open({ file }), await open({ file })];
    await left.execute('create table t as select 1 as a; begin; update t set a = 2');
    await right.execute('begin');

    const error = await failure(right.execute('update t set a = 3'));
    await left.execute('commit');

    expect(error).toMatchObject({ name: 'SqlError', isTransient: true });
  });

  it('fault 37: a file that another process holds is busy, and the message names the process', async () => {
    const file = join(folder, 'lake.duckdb');
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DuckDBInstance } from '@duckdb/node-api';
       globalThis.held = await DuckDBInstance.create(${JSON.stringify(file)});
       console.log('held');
       setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');

    const error = await failure(openDuckDb({ file }));
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    expect(error).toMatchObject({ name: 'StorageError', fault: 'busy', path: file });
    expect(String(error)).toContain(`Process ${holder.pid} holds ${file}`);
    await expect(open({ file })).resolves.toBeDefined();
  });

  it.each([
    ['damaged', 'broken.duckdb', 'x'.repeat(20_000)],
    ['damaged', 'empty.duckdb', ''],
  ] as const)('a %s file %s is recognised', async (fault, name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content);

    expect(await failure(openDuckDb({ file }))).toMatchObject({ name: 'StorageError', fault, path: file });
  });

  it('a folder and a missing file are recognised', async () => {
    const missing = join(folder, 'missing.duckdb');

    expect(await failure(openDuckDb({ file: folder }))).toMatchObject({ fault: 'damaged' });
    expect(await failure(openDuckDb({ file: missing, readOnly: true }))).toMatchObject({ fault: 'missing' });
    expect(await failure(openDuckDb({ file: join(missing, 'a') }))).toMatchObject({ fault: 'missing' });
  });

  it.runIf(process.platform === 'linux')('a full disk is recognised', async () => {
    const engine = await open();

    const opening = await failure(openDuckDb({ file: '/dev/full' }));
    const writing = await failure(engine.execute(`copy (select 1 as a) to '/dev/full' (format csv)`));

    expect(opening).toMatchObject({ name: 'StorageError', fault: 'full' });
    expect(opening).toBeInstanceOf(StorageError);
    expect(writing).toMatchObject({ name: 'SqlError', cause: { fault: 'full' } });
    expect(String(writing)).toContain('no space is left');
  });

  it('a search folder with a comma is refused, since it would be read as two folders', async () => {
    const error = await failure(openDuckDb({ file: ':memory:', searchFolder: '/a,b' }));

    expect(error).toMatchObject({ name: 'StorageError', path: '/a,b' });
  });
});
