import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../lambdas/run-lake/verify-objects.ts';
import { FileWorld, order, ordersCsv, SLOT_MS } from './file-world.ts';

/** Three parts of good rows and one of bad ones. */
const FILE = ordersCsv(...Array.from({ length: 90 }, (_, n) => order(n, n % 20 === 19 ? 'free' : '1.50')));
const OPTIONS = { maxBadRows: { kind: 'rows', rows: 9 }, partBytes: 4_096 } as const;

/** A world whose file has landed, and of whose objects one is lost or damaged, and noted so. */
async function broken(at: number, how: 'lost' | 'damaged') {
  const world = new FileWorld();
  await world.bring('orders.csv', FILE, OPTIONS);
  const [row] = await world.ledger.rows();
  const entry = row?.objects.at(at);
  if (row === undefined || entry === undefined) throw new Error('nothing landed');
  if (how === 'lost') world.objects.objects.delete(entry.key);
  else world.objects.objects.set(entry.key, Buffer.from('other bytes'));
  const note = { objectKey: entry.key, ledgerId: row.ledgerId, detail: how, replacementKey: null };
  await world.ledger.setAside(note);
  return { world, entry, row };
}

const AGAIN = { ...OPTIONS, slotMs: SLOT_MS + 86_400_000 } as const;

describe('fault 35: an object of a file that is', () => {
  it.each([0, 1, -1])('lost comes back under its own key when the file is brought again (%i)', async (at) => {
    const { world, entry, row } = await broken(at, 'lost');

    const again = await world.bring('orders.csv', FILE, AGAIN);

    expect(row.objects.length).toBeGreaterThan(3);
    expect(again).toMatchObject({ outcome: 'skipped' });
    expect(again.detail).toMatch(/; 1 of 1 objects that were broken are whole again$/);
    expect(await world.ledger.setAsides()).toMatchObject([
      { objectKey: entry.key, replacementKey: entry.key },
    ]);
    expect(await faultOf(world.objects, entry, entry.key)).toBeNull();
    expect(await world.ledger.rows()).toEqual([row]);
  });

  it('damaged is written anew beside it, and nothing is written over', async () => {
    const { world, entry } = await broken(1, 'damaged');
    const keys = world.objects.keys();

    await world.bring('renamed.csv', FILE, AGAIN);

    const beside = entry.key.replace('.ndjson', '_r1.ndjson');
    expect(await world.ledger.setAsides()).toMatchObject([{ objectKey: entry.key, replacementKey: beside }]);
    expect(await faultOf(world.objects, entry, beside)).toBeNull();
    expect(world.objects.keys()).toEqual([...keys, beside].sort());
    expect(Buffer.from(world.objects.objects.get(entry.key) ?? []).toString()).toBe('other bytes');
  });

  it('written anew, but not yet noted, is found by the next try; one that broke too gets another', async () => {
    const { world, entry, row } = await broken(1, 'damaged');
    const keyOf = (n: number) => entry.key.replace('.ndjson', `_r${n}.ndjson`);
    const replacement = async () =>
      (await world.ledger.setAsides()).find(({ objectKey }) => objectKey === entry.key)?.replacementKey;
    world.ledger.setAside = () => Promise.reject(new Error('dead'));
    await expect(world.bring('orders.csv', FILE, AGAIN)).rejects.toThrow('dead');
    Reflect.deleteProperty(world.ledger, 'setAside');

    await world.bring('orders.csv', FILE, AGAIN);
    const first = await replacement();
    const note = { objectKey: keyOf(1), ledgerId: row.ledgerId, detail: 'damaged', replacementKey: null };
    await world.ledger.setAside(note);
    await world.bring('orders.csv', FILE, AGAIN);

    expect([first, await replacement()]).toEqual([keyOf(1), keyOf(2)]);
    expect(await faultOf(world.objects, entry, keyOf(2))).toBeNull();
  });

  it('whole, or mended before, is left alone', async () => {
    const { world } = await broken(1, 'damaged');
    await world.bring('orders.csv', FILE, AGAIN);
    const keys = world.objects.keys();

    const third = await world.bring('orders.csv', FILE, AGAIN);

    expect(third.detail).not.toContain('broken');
    expect(world.objects.keys()).toEqual(keys);
  });

  it('broken stays so when the file cannot be read as it was then', async () => {
    const { world } = await broken(1, 'lost');

    const again = await world.bring('orders.csv', FILE, { ...AGAIN, separator: ';' });

    expect(again).toMatchObject({ outcome: 'skipped' });
    expect(again.detail).toContain('; its 1 broken objects stay so: orders.csv: ');
  });

  it('broken stays so in a dry run, and when other bytes are brought', async () => {
    const { world } = await broken(1, 'lost');

    await world.bring('orders.csv', FILE, { ...AGAIN, isDryRun: true });
    await world.bring('other.csv', FILE.replace('c-1,', 'c-9,'), AGAIN);

    expect(await world.ledger.setAsides()).toMatchObject([{ replacementKey: null }]);
  });
});
