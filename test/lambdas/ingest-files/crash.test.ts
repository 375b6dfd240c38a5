import { expect, it } from 'vitest';
import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { FileWorld, order, ordersCsv, SLOT_MS } from './file-world.ts';

class Crash extends Error {}

/** The world's stores, where the process dies at the n-th effect: before it, or after it took place. */
function crashing(world: FileWorld, at: number, isAfter: boolean) {
  let effects = 0;
  const effect = async <T>(work: () => Promise<T>): Promise<T> => {
    effects += 1;
    if (effects === at && !isAfter) throw new Crash();
    const result = await work();
    if (effects === at) throw new Crash();
    return result;
  };
  const objects: ObjectStore = Object.assign(Object.create(world.objects), {
    putIfAbsent: (key: string, body: Uint8Array) => effect(() => world.objects.putIfAbsent(key, body)),
  });
  const ledger: LedgerStore = Object.assign(Object.create(world.ledger), {
    append: (row: LedgerRow) => effect(() => world.ledger.append(row)),
    rows: (filter?: Parameters<LedgerStore['rows']>[0]) => world.ledger.rows(filter),
  });
  return { objects, ledger };
}

/** Two parts of good rows, and one of bad ones. */
const FILE = ordersCsv(...Array.from({ length: 40 }, (_, n) => order(n, n % 20 === 19 ? 'free' : '1.50')));
const ALLOWED = { maxBadRows: { kind: 'rows', rows: 2 }, partBytes: 4_096 } as const;

it('fault 34: a process that dies at any effect leaves nothing that counts, and the file comes again whole', async () => {
  const whole = new FileWorld();
  const expected = await whole.bring('orders.csv', FILE, ALLOWED);
  expect(expected.objects).toBe(3);

  for (let at = 1; at <= expected.objects + 1; at += 1) {
    for (const isAfter of [false, true]) {
      const world = new FileWorld();
      const isDone = isAfter && at === expected.objects + 1;
      await expect(world.bring('orders.csv', FILE, ALLOWED, crashing(world, at, isAfter))).rejects.toThrow(
        Crash,
      );
      expect(await world.ledger.rows()).toHaveLength(isDone ? 1 : 0);

      const again = await world.bring('orders.csv', FILE, { ...ALLOWED, slotMs: SLOT_MS + 60_000 });

      const [row, ...others] = await world.ledger.rows();
      expect(again.outcome).toBe(isDone ? 'skipped' : 'landed');
      expect(others).toEqual([]);
      expect(row?.objects.map(({ key }) => key)).toEqual(
        (await whole.ledger.rows())[0]?.objects.map(({ key }) => key),
      );
      expect(world.objects.rewrites).toEqual([]);
    }
  }
});
