import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { order, ordersCsv } from '../lambdas/ingest-files/file-world.ts';
import { LakeUnderTest } from './lake-under-test.ts';

const SLOT = '2026-11-20T00:00:00.000Z';
const FILE = Buffer.from(ordersCsv(...Array.from({ length: 50 }, (_, n) => order(n))));

it.each([
  ['lost', (file: string) => rmSync(file)],
  ['damaged', (file: string) => writeFileSync(file, 'other bytes')],
])(
  'fault 35: a %s object of a file is set aside, and its rows come when the file is brought again',
  async (_, spoil) => {
    const lake = await LakeUnderTest.create();
    onTestFinished(() => lake.close());
    const orders = async () => (await lake.rows('select count(*) as n from stg_file_orders'))[0]?.n;
    await lake.bring('orders.csv', FILE, SLOT);
    const [row] = await lake.stores.ledger.rows({ source: 'file_orders' });
    spoil(path.join(lake.objectsFolder, row?.objects[0]?.key ?? ''));

    const first = await lake.run();
    const without = await orders();
    const report = await lake.bring('orders.csv', FILE, SLOT);
    const second = await lake.run();

    expect([first.status, second.status]).toEqual(['succeeded', 'succeeded']);
    expect([without, await orders()]).toEqual([0, 50]);
    expect(report.detail).toContain('1 of 1 objects that were broken are whole again');
  },
  60_000,
);
