import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PublishedBuild } from '../../lambdas/domain/published-build.ts';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import { ParquetPublisher } from '../../local/builds/parquet-publisher.ts';
import { readModels } from '../../local/model-files.ts';
import { DEFAULT_CONFIG } from '../../simulator/config.ts';
import { simulate } from '../../simulator/simulate.ts';
import { LakeUnderTest } from './lake-under-test.ts';

/** So few rows a file that periods of every length occur. */
const ROWS_OF_PERIOD = 250;
const RUNS = 2;
/** Replaced in each run, whatever it changes. */
const SOURCES = ['admissions', 'check_results', 'funnel_steps', 'lake_state', 'ledger', 'publish_status'];
/** Tables for other models alone. */
const STATES = ['device_days', 'session_summary', 'stg_order_events'];

let lake: LakeUnderTest;
let publisher: ParquetPublisher;

beforeAll(async () => {
  lake = await LakeUnderTest.create();
  publisher = new ParquetPublisher({
    ...{ buildsFolder: lake.buildsFolder, keep: 1, maxRowsOfPeriod: ROWS_OF_PERIOD },
  });
});
afterAll(() => lake.close());

/** Tables of the build that are not what the engine holds; rows count as often as they occur. */
async function tablesThatDiffer({ build, tables }: PublishedBuild): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const { name, columns, files } of tables) {
    const list = columns.map((column) => `"${column.name}"`).join(', ');
    const places = files.map(({ file }) => `'${path.join(lake.buildsFolder, build, file)}'`).join(', ');
    const published = `select ${list} from read_parquet([${places}], hive_partitioning = false)`;
    const live = `select ${list} from ${name}`;
    const [row] = await lake.rows(
      `select (select count(*) from (${live} except all ${published})) + (select count(*) from (${published} except all ${live})) as rows`,
    );
    if (row?.rows !== 0) differing.push(name);
  }
  return differing;
}

async function runAndPublish(task?: RunTask) {
  const run = await lake.run(false, task, publisher);
  const build = await publisher.current();
  if (build === null) throw new Error(`${run.runId} has published nothing`);
  return { run, build };
}

it('whatever arrives in whichever run, each build holds what the tables hold', async () => {
  const records = [...simulate({ ...DEFAULT_CONFIG, seed: 7, visitors: 30, days: 20 })];
  const lengths: number[] = [];
  for (let part = 0; part < RUNS; part += 1) {
    const size = Math.ceil(records.length / RUNS);
    await lake.put(records.slice(part * size, (part + 1) * size));
    await lake.drain();

    const { run, build } = await runAndPublish();

    expect(run.status).toBe('succeeded');
    expect(await tablesThatDiffer(build), `after run ${part + 1}`).toEqual([]);
    lengths.push(...build.tables.flatMap(({ files }) => files.map(({ period }) => period?.length ?? 0)));
  }
  const { build } = await runAndPublish({
    kind: 'backfill',
    from: '2026-10-17',
    to: '2026-11-10',
    models: null,
  });

  expect(await tablesThatDiffer(build)).toEqual([]);
  const published = build.tables.map(({ name }) => name);
  const tables = readModels().models.filter(({ kind }) => kind === 'table');
  const missing = tables.map(({ name }) => name).filter((name) => !published.includes(name));
  expect(missing.sort(), 'are for other models alone').toEqual(STATES);
  expect(new Set(lengths)).toEqual(new Set([0, 4, 7, 10]));
});

it('a run that changes nothing writes no row of a table, and one of a few events few files', async () => {
  const { run: rebuilt, build: same } = await runAndPublish({ kind: 'rebuild' });
  const newest = (await lake.rows('select max(event_time) as at from stg_events'))[0]?.at;
  const [event] = [...simulate({ ...DEFAULT_CONFIG, seed: 8, visitors: 1, days: 1 })];
  if (event === undefined) throw new Error('nobody came');
  const body: Record<string, unknown> = JSON.parse(Buffer.from(event.data).toString());
  const time = `${String(newest).replace(' ', 'T')}Z`;
  const data = Buffer.from(JSON.stringify({ ...body, event_time: time, sent_time: time }));
  await lake.put([{ partitionKey: 'd', data, arrivalTimeMs: Date.parse(time) + 1_000 }]);
  await lake.drain();

  const { run, build } = await runAndPublish();

  expect(rebuilt.models.every(({ inserted, updated, deleted }) => inserted + updated + deleted === 0)).toBe(
    true,
  );
  const replaced = same.tables.filter(({ name }) => SOURCES.includes(name));
  expect(rebuilt.publication?.writtenRows).toBe(replaced.reduce((sum, { rows }) => sum + rows, 0));
  expect(run.status).toBe('succeeded');
  expect(await tablesThatDiffer(build)).toEqual([]);
  const files = build.tables.reduce((sum, table) => sum + table.files.length, 0);
  expect(run.publication?.writtenFiles).toBeLessThan(files / 2);
});
