import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lambdas/domain/datasets/dataset.ts';
import { SHOP_ORDERS } from '../../../lambdas/domain/datasets/shop-orders.ts';
import { FileWorld, order, ordersCsv, SLOT_MS } from './file-world.ts';

/** A file of it is all there is. */
const dataset: Dataset = { ...SHOP_ORDERS, mode: 'snapshot' };
const HOUR_MS = 3_600_000;

function bring(
  world: FileWorld,
  rows: number,
  hour: number,
  options: { readonly acceptsShrink?: boolean } = {},
) {
  const lines = Array.from({ length: rows }, (_, n) => order(n, `${hour}`));
  const slotMs = SLOT_MS + hour * HOUR_MS;
  return world.bring(`${hour}.csv`, ordersCsv(...lines), { dataset, slotMs, ...options });
}

describe('fault 32: a snapshot that has lost rows', () => {
  it('is taken with 80 % of the one before, and refused with less: nothing of it counts', async () => {
    const world = new FileWorld();
    await bring(world, 20, 0);

    const fewer = await bring(world, 16, 1);
    const tooFew = await bring(world, 12, 2);

    expect([fewer.outcome, tooFew.outcome]).toEqual(['landed', 'refused']);
    expect(tooFew).toMatchObject({ problem: 'shrunk', rows: 12, accepted: 12, bad: 0 });
    expect(tooFew.detail).toContain('2.csv has 12 rows, the snapshot of 2026-03-01T07:00:00.000Z had 16');
    expect(await world.ledger.rows()).toHaveLength(2);
  });

  it("is taken at a person's word, and the next is measured against it", async () => {
    const world = new FileWorld();
    await bring(world, 20, 0);

    const accepted = await bring(world, 10, 1, { acceptsShrink: true });
    const next = await bring(world, 8, 2);

    expect([accepted.outcome, next.outcome]).toEqual(['landed', 'landed']);
  });

  it('is measured against the snapshot that it follows by its slot, whichever landed first', async () => {
    const world = new FileWorld();
    await bring(world, 10, 0);
    await bring(world, 100, 2);

    const between = await bring(world, 9, 1);
    const after = await bring(world, 9, 3);

    expect([between.outcome, after.outcome]).toEqual(['landed', 'refused']);
  });

  it('of a dataset that files add to is nothing to ask about', async () => {
    const world = new FileWorld();
    await world.bring('a.csv', ordersCsv(...Array.from({ length: 20 }, (_, n) => order(n))));

    expect(await world.bring('b.csv', ordersCsv(order(1)))).toMatchObject({ outcome: 'landed' });
  });
});
