import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerStore } from '../../lambdas/ports/ledger-store.ts';
import { ledgerRow } from './ledger-store-contract.ts';
import { everyOther, sometimes } from './network-faults.ts';
import type { NetworkSubject } from './subject.ts';

/** What any LedgerStore behind a network must do when the line is bad. */
export function ledgerStoreFaultContract(
  name: string,
  make: () => Promise<NetworkSubject<LedgerStore>>,
): void {
  describe(`ledger store on a bad line: ${name}`, () => {
    let subject: NetworkSubject<LedgerStore>;
    let other: LedgerStore;

    beforeEach(async () => {
      subject = await make();
      other = await subject.open();
    });
    afterEach(() => subject.close());

    describe.each([
      ['fault 15', 'error'],
      ['fault 18', 'throttled'],
      ['fault 16', 'lost request'],
      ['fault 16', 'lost answer'],
      ['fault 16', 'cut answer'],
    ] as const)('%s: when each first try met "%s"', (_, fault) => {
      let store: LedgerStore;

      beforeEach(async () => {
        store = await subject.openThrough(everyOther(fault));
      });

      it('a row is there once, and waits for staging', async () => {
        await store.append(ledgerRow('events/a'));

        expect(await other.rows({ unstagedOnly: true })).toHaveLength(1);
        expect(await other.rows()).toHaveLength(1);
      });

      it('rows are marked', async () => {
        await other.append(ledgerRow('events/a'));
        await store.markStaged(['events/a'], 'run-1');

        expect(await store.rows({ unstagedOnly: true })).toEqual([]);
        expect(await store.rows()).toMatchObject([{ stagedBy: 'run-1' }]);
      });

      it('a checkpoint moves', async () => {
        const checkpoint = { source: 'events', shardId: 's', sequence: '7', arrivalTimeMs: 1_000 } as const;
        await store.advanceCheckpoint(checkpoint);

        expect(await store.checkpoints()).toEqual([checkpoint]);
      });

      it('whoever wrote a state is told so, although the first answer never came', async () => {
        expect(await store.writeState('watermark', null, '1')).toBe(true);
        expect(await store.writeState('watermark', '1', '2')).toBe(true);
        expect(await store.writeState('watermark', '1', '2')).toBe(false);
        expect(await store.readState('watermark')).toBe('2');
      });
    });

    it('fault 37: of two that write the same value over a state on lines that lose answers, one is told that it did', async () => {
      const left = await subject.openThrough(everyOther('lost answer'));
      const right = await subject.openThrough(everyOther('lost answer'));
      await other.writeState('count', null, '1');

      const answers = await Promise.all([
        left.writeState('count', '1', '2'),
        right.writeState('count', '1', '2'),
      ]);

      expect([...answers].sort()).toEqual([false, true]);
    });

    it.each([1, 2])(
      'fault 15: on a line where each third request goes wrong, all rows land: seed %i',
      async (seed) => {
        const faults = ['error', 'throttled', 'lost request', 'lost answer', 'cut answer'] as const;
        const store = await subject.openThrough(sometimes(faults, 0.3, seed));
        const ids = Array.from({ length: 30 }, (_, index) => `events/${index + 10}`);

        await Promise.all(ids.map((id) => store.append(ledgerRow(id))));
        await store.markStaged(ids.slice(0, 20), 'run-1');

        expect((await store.rows({ unstagedOnly: true })).map((row) => row.ledgerId)).toEqual(ids.slice(20));
        expect(await store.rows()).toHaveLength(30);
      },
    );
  });
}
