import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedBuild } from '../../../lambdas/domain/published-build.ts';
import { type TableVersion, UNKNOWN_VERSION, versionAfter } from '../../../lambdas/domain/table-version.ts';
import { currentBuild } from '../../../local/builds/build-folders.ts';
import { ParquetPublisher } from '../../../local/builds/parquet-publisher.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';

const COLUMNS = [
  { name: 'id', type: 'varchar' },
  { name: 'day', type: 'date' },
  { name: 'net', type: 'decimal(18,4)' },
];
const BY_DATE = { kind: 'date' as const, column: 'day' };

let folder: string;
let builds: string;
let engine: DuckDbEngine;
let publisher: ParquetPublisher;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "millpond-it's-"));
  builds = path.join(folder, 'builds');
  engine = await openDuckDb({ file: ':memory:' });
  await engine.execute('create table orders (id varchar, day date, net decimal(18,4))');
  publisher = new ParquetPublisher({ buildsFolder: builds, keep: 2, maxRowsOfPeriod: 3 });
});

afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

async function publish(runId: string, version: TableVersion, partition = BY_DATE) {
  return publisher.publish(engine, {
    ...{ runId, publishedAt: '2026-01-02T00:00:00.000Z', watermark: null, checks: [] },
    tables: [{ name: 'orders', columns: COLUMNS, partition, version }],
  });
}

async function fill(...days: readonly string[]) {
  for (const day of days) {
    await engine.execute(`insert into orders select 'o' || i, date '${day}', i from range(2) r (i)`);
  }
}

async function rowsOf({ build, tables }: PublishedBuild) {
  const files = (tables[0]?.files ?? []).map(
    ({ file }) => `'${path.join(builds, build, file).replaceAll("'", "''")}'`,
  );
  return (
    await engine.query(`select * from read_parquet([${files}], hive_partitioning = false) order by all`)
  ).rows;
}

const liveRows = async () => (await engine.query('select * from orders order by all')).rows;
const inode = (build: string, file: string) => statSync(path.join(builds, build, 'orders', file)).ino;

describe('a table of many rows', () => {
  it('is a file for each day, week, month or year, with its rows, size and digest', async () => {
    await fill('2025-03-01', '2026-01-01', '2026-01-02', '2026-01-20', '2026-02-01');

    const { build, written } = await publish('r1', versionAfter(UNKNOWN_VERSION, 'r1', ['2026-01-01']));

    expect(build.tables[0]?.files.map(({ file, rows }) => [file, rows])).toEqual([
      ['orders/2025.parquet', 2],
      ['orders/2026-01-01.parquet', 2],
      ['orders/2026-01-02.parquet', 2],
      ['orders/2026-01-w3.parquet', 2],
      ['orders/2026-02.parquet', 2],
    ]);
    expect(written).toEqual({ files: 5, rows: 10 });
    expect(await rowsOf(build)).toEqual(await liveRows());
    for (const { file, sizeBytes, sha256 } of build.tables[0]?.files ?? []) {
      const bytes = readFileSync(path.join(builds, 'r1', file));
      expect(bytes.length).toBe(sizeBytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
    expect(readdirSync(path.join(builds, 'r1')).sort()).toEqual(['build.json', 'orders']);
  });

  it('is written only where a run has changed it, and shares its other files', async () => {
    const days = ['2026-01-01', '2026-01-02', '2026-02-01', '2026-03-01', '2026-04-01'];
    await fill(...days);
    const version = versionAfter(UNKNOWN_VERSION, 'r1', days);
    await publish('r1', version);
    await engine.execute("update orders set net = 9 where day = date '2026-01-02'");
    await fill('2026-02-02');

    const after = versionAfter(version, 'r2', ['2026-01-02', '2026-02-02']);
    const { build, written, reused } = await publish('r2', after);

    expect({ written, reused }).toEqual({ written: { files: 3, rows: 6 }, reused: 0 });
    expect(await rowsOf(build)).toEqual(await liveRows());
    expect(inode('r2', '2026-01-01.parquet')).toBe(inode('r1', '2026-01-01.parquet'));
    expect(inode('r2', '2026-01-02.parquet')).not.toBe(inode('r1', '2026-01-02.parquet'));
    expect(readdirSync(path.join(builds, 'r2', 'orders'))).toContain('2026-02-02.parquet');
    expect(await publish('r3', after)).toMatchObject({ reused: 1, written: { files: 0, rows: 0 } });
  });

  it('is one file from a run on that changes half of its rows, until one changes less than a quarter', async () => {
    const days = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'];
    await fill(...days);
    const filesAfter = async (runId: string, before: TableVersion, ...changed: readonly string[]) => {
      for (const day of changed) {
        await engine.execute(`update orders set net = net + 1 where day = date '${day}'`);
      }
      const version = versionAfter(before, runId, changed);
      const { build } = await publish(runId, version);
      expect(await rowsOf(build)).toEqual(await liveRows());
      return { version, files: build.tables[0]?.files.map(({ file }) => path.basename(file, '.parquet')) };
    };

    const first = await filesAfter('r1', UNKNOWN_VERSION, ...days);
    const few = await filesAfter('r2', first.version, '2026-02-01', '2026-03-01');
    const most = await filesAfter('r3', few.version, '2026-01-01', '2026-02-01', '2026-03-01');
    const more = await filesAfter('r4', most.version, '2026-04-01', '2026-05-01');
    const one = await filesAfter('r5', more.version, '2026-04-01');

    const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
    expect([first.files, few.files]).toEqual([months, months]);
    expect([most.files, more.files]).toEqual([['orders'], ['orders']]);
    expect(one.files).toEqual(months);
  });

  it('gives a day of many rows a file by a statement of its own', async () => {
    const days = ['2026-01-01', '2026-01-02'];
    await fill(...days);
    await engine.execute("insert into orders select 'many', date '2026-01-01', i from range(60000) r (i)");

    const { build } = await publish('r1', versionAfter(UNKNOWN_VERSION, 'r1', days));

    expect(build.tables[0]?.files.map(({ file, rows }) => [file, rows])).toEqual([
      ['orders/2026-01-01.parquet', 60_002],
      ['orders/2026-01-02.parquet', 2],
    ]);
    expect(await rowsOf(build)).toEqual(await liveRows());
  });

  it('loses the file of a period whose rows are gone, and is one empty file without any', async () => {
    await fill('2025-01-01', '2026-01-01');
    const version = versionAfter(UNKNOWN_VERSION, 'r1', ['2025-01-01', '2026-01-01']);
    await publish('r1', version);
    await engine.execute("delete from orders where day = date '2025-01-01'");
    const fewer = versionAfter(version, 'r2', ['2025-01-01']);

    const { build, written } = await publish('r2', fewer);
    expect(build.tables[0]?.files.map(({ file }) => file)).toEqual(['orders/2026.parquet']);
    expect(written.files).toBe(0);
    await engine.execute('delete from orders');
    const none = await publish('r3', versionAfter(fewer, 'r3', ['2026-01-01']));

    expect(none.build.tables[0]).toMatchObject({ rows: 0, files: [{ file: 'orders.parquet', rows: 0 }] });
    expect(await rowsOf(none.build)).toEqual([]);
  });

  it('is written whole when its columns are others, or nobody knows what changed', async () => {
    await fill('2025-01-01', '2026-01-01');
    const version = versionAfter(UNKNOWN_VERSION, 'r1', ['2025-01-01', '2026-01-01']);
    await publish('r1', version);

    expect((await publish('r2', UNKNOWN_VERSION)).written.files).toBe(2);
    expect((await publish('r3', version)).written.files).toBe(2);
    expect((await publish('r4', version)).written.files).toBe(0);
    const recast = await publisher.publish(engine, {
      ...{ runId: 'r5', publishedAt: '2026-01-02T00:00:00.000Z', watermark: null, checks: [] },
      tables: [{ name: 'orders', columns: COLUMNS.slice(0, 2), partition: BY_DATE, version }],
    });
    expect(recast.written.files).toBe(2);
  });

  it('is not taken from a file of another number of rows, whatever its version says', async () => {
    await fill('2025-01-01', '2026-01-01');
    const version = versionAfter(UNKNOWN_VERSION, 'r1', ['2025-01-01', '2026-01-01']);
    await publish('r1', version);
    await engine.execute("insert into orders values ('o9', date '2025-01-01', 9)");

    const { build, written } = await publish('r2', versionAfter(version, 'r2', ['2026-01-01']));

    expect(written.files).toBe(2);
    expect(await rowsOf(build)).toEqual(await liveRows());
  });

  it('of more days than one pass takes is still a file a day', async () => {
    await engine.execute(
      "insert into orders select 'o' || i, date '2026-01-01' + cast(i % 105 as integer), i from range(525) r (i)",
    );

    const { build } = await publish('r1', UNKNOWN_VERSION);

    expect(build.tables[0]?.files).toHaveLength(105);
    expect(await rowsOf(build)).toEqual(await liveRows());
  });
});

it('a build of one file a table, as earlier Millponds wrote it, stands and gives what has not changed', async () => {
  await fill('2026-01-01');
  const whole = { all: 'r1', partitions: {} };
  const { build } = await publisher.publish(engine, {
    ...{ runId: 'r1', publishedAt: '2026-01-02T00:00:00.000Z', watermark: null, checks: [] },
    tables: [{ name: 'orders', columns: COLUMNS, partition: { kind: 'none' }, version: whole }],
  });
  const [table] = build.tables;
  const [file] = table?.files ?? [];
  const old = { ...table, files: undefined, file: file?.file, sha256: file?.sha256 };
  const described = path.join(builds, 'r1', 'build.json');
  writeFileSync(described, JSON.stringify({ ...build, formatVersion: 1, tables: [old] }));

  expect(currentBuild(builds)).toEqual(build);
  expect((await publish('r2', whole)).reused).toBe(1);
  const changed = await publish('r3', versionAfter(whole, 'r3', ['2026-01-01']));
  expect(changed.build.tables[0]?.files.map(({ period }) => period)).toEqual(['2026']);
});

const change = fc.record({
  kind: fc.constantFrom('insert', 'update', 'delete', 'move', 'nothing'),
  day: fc.integer({ min: 0, max: 70 }),
  rows: fc.integer({ min: 1, max: 5 }),
  isPublished: fc.boolean(),
});

it('law: whatever runs change, each build holds the rows of its table', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      await engine.execute('delete from orders');
      rmSync(builds, { recursive: true, force: true });
      let version: TableVersion = UNKNOWN_VERSION;
      for (const [run, { kind, day, rows, isPublished }] of changes.entries()) {
        const date = new Date(Date.UTC(2025, 11, 1 + day)).toISOString().slice(0, 10);
        const next = new Date(Date.UTC(2025, 11, 8 + day)).toISOString().slice(0, 10);
        const touched = kind === 'move' ? [date, next] : [date];
        const near = `day between date '${date}' - 20 and date '${date}'`;
        const days = (await engine.query(`select distinct cast(day as varchar) from orders where ${near}`))
          .rows;
        if (kind === 'insert' || kind === 'move') {
          const [to] = touched.slice(-1);
          await engine.execute(
            `insert into orders select '${run}-' || i, date '${to}', i from range(${rows}) r (i)`,
          );
        }
        if (kind === 'move') await engine.execute(`delete from orders where day = date '${date}'`);
        if (kind === 'update') await engine.execute(`update orders set net = ${run} where ${near}`);
        if (kind === 'delete') await engine.execute(`delete from orders where ${near}`);
        const inDays =
          kind === 'update' || kind === 'delete' ? days.map(([value]) => String(value)) : touched;
        if (kind !== 'nothing' && inDays.length > 0) version = versionAfter(version, `r${run}`, inDays);
        if (!isPublished) continue;
        const { build } = await publish(`r${run}`, version);
        expect(await rowsOf(build)).toEqual(await liveRows());
      }
    }),
    { numRuns: 15 },
  );
});
