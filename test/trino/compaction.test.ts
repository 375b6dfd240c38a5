import { beforeAll, describe, expect, inject, test } from 'vitest';
import { renderVacuum } from '../../lambdas/domain/models/render-compaction.ts';
import { compactTable, readFileCounts } from '../../lambdas/run-lake/compact-table.ts';
import { TrinoSqlEngine } from '../../local/trino/trino-sql-engine.ts';
import { LakeOnTrino } from './lake-on-trino.ts';

const { state, warehouse } = inject('trino');
const SCHEMA = 'compaction';
const DAYS = `array[date '2026-03-01', date '2026-03-02']`;

describe.runIf(state.kind === 'running')('files of an Iceberg table', () => {
  const url = state.kind === 'running' ? state.url : '';
  const engine = new TrinoSqlEngine({ url, catalog: 'iceberg', schema: SCHEMA, user: 'millpond' });

  beforeAll(async () => {
    await new LakeOnTrino({ url, warehouse }, SCHEMA).waitUntilReady();
    await engine.execute(`create schema if not exists iceberg.${SCHEMA}`);
  });

  async function rowsAndSnapshots() {
    const { rows } = await engine.query('select * from visits order by visit');
    const snapshots = await engine.query('select count(*) from "visits$snapshots"');
    return { rows, snapshots: Number(snapshots.rows[0]?.[0]) };
  }

  test('fault 43: many small files are counted, become few without a row changing, and are then left alone', async () => {
    await engine.execute(`create table visits (visit bigint, day date) with (partitioning = array['day'])`);
    for (let visit = 0; visit < 6; visit += 1) {
      await engine.execute(
        `insert into visits select ${visit} * 2 + place, day from unnest(${DAYS}) with ordinality as days (day, place)`,
      );
    }
    await engine.execute('delete from visits where visit = 5');
    const before = await rowsAndSnapshots();
    expect(before.rows).toHaveLength(11);
    expect(await readFileCounts(engine, 'visits')).toMatchObject({
      ...{ dataFiles: 12, deleteFiles: 1, crowdedPartitions: 2, oldSnapshots: 0 },
    });

    const report = await compactTable(engine, 'visits');

    expect(report).toMatchObject({ before: { dataFiles: 12 }, after: { dataFiles: 2, deleteFiles: 0 } });
    const after = await rowsAndSnapshots();
    expect(after.rows).toEqual(before.rows);
    expect(await compactTable(engine, 'visits')).toMatchObject({ after: { dataFiles: 2, deleteFiles: 0 } });
    expect(await rowsAndSnapshots()).toEqual(after);
  });

  test('that only old snapshots name go by statements that the engine takes', async () => {
    for (const statement of renderVacuum('visits', 'trino')) await engine.execute(statement);

    expect((await rowsAndSnapshots()).rows).toHaveLength(11);
    expect(await compactTable(engine, 'never_made')).toBeNull();
  });
});
