import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNKNOWN_VERSION } from '../../../lambdas/domain/table-version.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { currentBuild, movePointer, useCurrentBuild } from '../../../local/builds/build-folders.ts';
import { ParquetPublisher } from '../../../local/builds/parquet-publisher.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

let folder: string;
let builds: string;
let engine: DuckDbEngine;
let publisher: ParquetPublisher;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "millpond-it's-"));
  builds = path.join(folder, 'builds');
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute(
    'create table orders (id varchar, "$path" varchar, net decimal(18,4), sold_at timestamp)',
  );
  await engine.execute("insert into orders values ('a', 'p', 1.005, '2026-01-01 00:00:00.000001')");
  await engine.execute('create table days (day date)');
  publisher = new ParquetPublisher({ buildsFolder: builds, keep: 3 });
});

afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

const ORDERS = [
  { name: 'id', type: 'varchar' },
  { name: '$path', type: 'varchar' },
  { name: 'net', type: 'decimal(18,4)' },
  { name: 'sold_at', type: 'timestamp(6)' },
];

const WHOLE = { kind: 'none' as const };

function buildOf(runId: string, version: string | null = 'r1', columns = ORDERS) {
  return {
    ...{ runId, publishedAt: '2026-01-02T00:00:00.000Z', watermark: null, checks: [] },
    tables: [
      { name: 'orders', columns, partition: WHOLE, version: { all: version, partitions: {} } },
      {
        ...{ name: 'days', columns: [{ name: 'day', type: 'date' }] },
        ...{ partition: WHOLE, version: UNKNOWN_VERSION },
      },
    ],
  };
}

async function rowsOf(build: string) {
  return (
    await engine.query(`select * from read_parquet('${builds.replace("'", "''")}/${build}/orders.parquet')`)
  ).rows;
}

const names = () => readdirSync(builds).sort();

/** An engine that dies at the n-th statement. */
function dyingAt(left: number): SqlEngine {
  let statements = left;
  return {
    dialect: 'duckdb',
    execute: (sql) => engine.execute(sql),
    query: (sql) => (--statements === 0 ? Promise.reject(new Error('killed')) : engine.query(sql)),
  };
}

describe('a published build', () => {
  it('holds every row as it stood, with count, size and digest of each file', async () => {
    const { build } = await publisher.publish(engine, buildOf('2026-01-02T03:04:05.678Z-12'));

    expect(build.build).toBe('2026-01-02T030405.678Z-12');
    expect(await rowsOf(build.build)).toEqual([['a', 'p', '1.0050', '2026-01-01 00:00:00.000001']]);
    const bytes = readFileSync(path.join(builds, build.build, 'orders.parquet'));
    expect(build.tables).toMatchObject([
      {
        ...{ name: 'orders', rows: 1, sizeBytes: bytes.length, version: 'r1' },
        files: [{ file: 'orders.parquet', period: null, rows: 1, version: 'r1' }],
      },
      { name: 'days', rows: 0 },
    ]);
    expect(build.tables[0]?.files[0]?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await publisher.current()).toEqual(build);
  });

  it('shares the file of a table that no run has changed, and only that', async () => {
    await publisher.publish(engine, buildOf('r1'));
    const { reused } = await publisher.publish(engine, buildOf('r2'));
    await engine.execute("insert into orders values ('b', null, null, null)");
    const changed = await publisher.publish(engine, buildOf('r3', 'r3'));
    const recast = await publisher.publish(engine, buildOf('r4', 'r3', ORDERS.slice(0, 2)));

    expect([reused, changed.reused, recast.reused]).toEqual([1, 0, 0]);
    const inode = (build: string, file: string) => statSync(path.join(builds, build, file)).ino;
    expect(inode('r2', 'orders.parquet')).not.toBe(inode('r3', 'orders.parquet'));
    expect(await rowsOf('r2')).toHaveLength(1);
    expect(await rowsOf('r3')).toHaveLength(2);
    expect(recast.build.tables[0]?.columns).toHaveLength(2);
  });

  it('of a version that nobody knows is written anew', async () => {
    await publisher.publish(engine, buildOf('r1', null));

    expect((await publisher.publish(engine, buildOf('r2', null))).reused).toBe(0);
  });

  it('does not count as standing when a file is missing or cut off, or the pointer is no pointer', async () => {
    await publisher.publish(engine, buildOf('r1'));
    const file = path.join(builds, 'r1', 'orders.parquet');
    const bytes = readFileSync(file);

    writeFileSync(file, bytes.subarray(1));
    expect(currentBuild(builds)).toBeNull();
    rmSync(file);
    expect(currentBuild(builds)).toBeNull();
    writeFileSync(file, bytes);
    expect(currentBuild(builds)?.build).toBe('r1');
    for (const text of ['', '{"build":"../r1"}', '{"build":"r9"}']) {
      writeFileSync(path.join(builds, 'current.json'), text);
      expect(currentBuild(builds)).toBeNull();
    }
    expect((await publisher.publish(engine, buildOf('r1'))).build.build).toBe('r1');
  });
});

describe('beside the engine', () => {
  it('a second connection writes tables, and is closed afterwards', async () => {
    const asked: string[] = [];
    let closed = 0;
    const spied: SqlEngine = {
      ...dyingAt(0),
      query: async (sql) => {
        asked.push('engine');
        return engine.query(sql);
      },
      beside: async () => {
        const beside = await engine.beside();
        const query = (sql: string) => {
          asked.push('beside');
          return beside.query(sql);
        };
        const close = () => {
          closed += 1;
          beside.close();
        };
        return { query, close };
      },
    };

    const { build } = await publisher.publish(spied, buildOf('r1'));

    expect(asked.sort()).toEqual(['beside', 'engine']);
    expect(closed).toBe(1);
    expect(build.tables.map(({ name }) => name)).toEqual(['orders', 'days']);
    expect(await rowsOf('r1')).toHaveLength(1);
    const failing: SqlEngine = { ...spied, query: () => Promise.reject(new Error('killed')) };
    await expect(publisher.publish(failing, buildOf('r2', 'r2'))).rejects.toThrow('killed');
    expect(closed).toBe(2);
    expect(currentBuild(builds)?.build).toBe('r1');
  });
});

describe('fault 38: a publish that is killed', () => {
  it.each([1, 2])('at table %i leaves the old build, and the next one clears up', async (table) => {
    await publisher.publish(engine, buildOf('r1'));

    await expect(publisher.publish(dyingAt(table), buildOf('r2', 'r2'))).rejects.toThrow('killed');

    expect(currentBuild(builds)?.build).toBe('r1');
    expect(names()).toEqual(['.writing-r2', 'current.json', 'r1']);
    await publisher.publish(engine, buildOf('r3', 'r3'));
    expect(names()).toEqual(['current.json', 'r1', 'r3']);
  });

  it.each([
    { name: 'alone', dies: 0, message: 'Cannot publish a build in' },
    { name: 'while another table fails', dies: 2, message: 'killed' },
  ])('a file that does not come to disk, $name, leaves the old build, too', async ({ dies, message }) => {
    await publisher.publish(engine, buildOf('r1'));
    const dying = dyingAt(dies);
    const losing: SqlEngine = {
      ...dying,
      query: async (sql) => {
        const result = await dying.query(sql);
        rmSync(path.join(builds, '.writing-r2', 'orders.parquet'), { force: true });
        return result;
      },
    };

    await expect(publisher.publish(losing, buildOf('r2', 'r2'))).rejects.toThrow(message);

    expect(currentBuild(builds)?.build).toBe('r1');
    expect((await publisher.publish(engine, buildOf('r3', 'r3'))).build.build).toBe('r3');
  });

  it('before the pointer moved goes on with the build that was whole', async () => {
    await publisher.publish(engine, buildOf('r1'));
    await publisher.publish(engine, buildOf('r2', 'r2'));
    movePointer(builds, 'r1');

    const { build } = await publisher.publish(dyingAt(1), buildOf('r2', 'r2'));

    expect(build.build).toBe('r2');
    expect(currentBuild(builds)?.build).toBe('r2');
  });

  it('while it wrote the pointer or removed a build leaves what the next one passes over', async () => {
    await publisher.publish(engine, buildOf('r1'));
    writeFileSync(path.join(builds, 'current.json.new'), '{"bui');
    mkdirSync(path.join(builds, '.removing-r0'));

    expect(currentBuild(builds)?.build).toBe('r1');
    await publisher.publish(engine, buildOf('r2'));

    expect(names()).toEqual(['current.json', 'r1', 'r2']);
  });
});

describe('old builds', () => {
  it('go, but for the newest three', async () => {
    for (const run of ['r1', 'r2', 'r3', 'r4']) await publisher.publish(engine, buildOf(run));

    expect(names()).toEqual(['current.json', 'r2', 'r3', 'r4']);
    await new ParquetPublisher({ buildsFolder: builds, keep: 1 }).publish(engine, buildOf('r5'));
    expect(names()).toEqual(['current.json', 'r5']);
    expect(await rowsOf('r5')).toHaveLength(1);
  });

  it('stay while a running process reads them, and no longer', async () => {
    await publisher.publish(engine, buildOf('r1'));
    const inUse = useCurrentBuild(builds);
    const ended = path.join(builds, '.reading', `${2 ** 22 + 1}-1`);
    writeFileSync(ended, 'r2');
    const keepOne = new ParquetPublisher({ buildsFolder: builds, keep: 1 });

    await keepOne.publish(engine, buildOf('r2'));
    await keepOne.publish(engine, buildOf('r3'));

    expect(inUse?.build.build).toBe('r1');
    expect(names()).toEqual(['.reading', 'current.json', 'r1', 'r3']);
    expect(existsSync(ended)).toBe(false);
    inUse?.release();
    await keepOne.publish(engine, buildOf('r4'));
    expect(names()).toEqual(['.reading', 'current.json', 'r4']);
  });

  it('there is none to use before the first', () => {
    expect(useCurrentBuild(builds)).toBeNull();
  });
});
