import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../lambdas/domain/ledger.ts';
import type { LedgerStore } from '../../lambdas/ports/ledger-store.ts';
import { uniform } from './network-faults.ts';
import { runRecordContract } from './run-record-contract.ts';
import type { Subject } from './subject.ts';

export function ledgerRow(ledgerId: string, fields: Partial<LedgerRow> = {}): LedgerRow {
  return {
    ledgerId,
    source: 'events',
    origin: 'stream',
    recoveredFrom: null,
    shardId: 'shardId-000000000000',
    firstSequence: '1',
    lastSequence: '9007199254740993',
    objects: [
      {
        kind: 'raw',
        key: 'raw/events/ingest_date=2026-01-31/ingest_hour=10/a.ndjson.gz',
        ingestDate: '2026-01-31',
        ingestHour: '10',
        sha256: 'ab'.repeat(32),
        records: 2,
        sizeBytes: 120,
        storedSha256: 'cd'.repeat(32),
      },
    ],
    received: 4,
    accepted: 2,
    duplicate: 1,
    quarantined: 1,
    quarantineReasons: { clock_skew: 1 },
    dedupBypassed: 0,
    minEventTime: '2026-01-31T10:15:00.000001Z',
    maxEventTime: '2026-01-31T10:16:00.000000Z',
    minArrivalTime: '2026-01-31T10:16:00.000Z',
    maxArrivalTime: '2026-01-31T10:16:00.123Z',
    eventDates: ['2026-01-31'],
    countsByTypeAndMinute: { page_view: { '2026-01-31T10:15Z': 2 } },
    orders: 0,
    revenueByCurrency: { EUR: '0.0000' },
    sessionSketch: '',
    ...fields,
  };
}

async function idsOf(store: LedgerStore, filter?: Parameters<LedgerStore['rows']>[0]): Promise<string[]> {
  return (await store.rows(filter)).map((row) => row.ledgerId);
}

/** What any LedgerStore must do. `make` gives a fresh, empty store. */
export function ledgerStoreContract(name: string, make: () => Promise<Subject<LedgerStore>>): void {
  describe(`ledger store: ${name}`, () => {
    let subject: Subject<LedgerStore>;
    let store: LedgerStore;
    let other: LedgerStore;

    beforeEach(async () => {
      subject = await make();
      store = await subject.open();
      other = await subject.open();
    });
    afterEach(() => subject.close());

    it('a row comes back as it was, with no run yet', async () => {
      const row = ledgerRow('events/a', {
        minEventTime: null,
        maxEventTime: null,
        objects: [],
        eventDates: [],
      });

      expect(await store.append(row)).toBe('appended');
      expect(await other.rows()).toEqual([{ ...row, stagedBy: null }]);
    });

    it('fault 12: a row that exists is left as it is', async () => {
      await store.append(ledgerRow('events/a'));

      expect(await other.append(ledgerRow('events/a', { received: 99 }))).toBe('exists');
      expect(await store.rows()).toMatchObject([{ received: 4 }]);
    });

    it('fault 26: of two writers of one row at once, exactly one appends it', async () => {
      const answers = await Promise.all([store.append(ledgerRow('a')), other.append(ledgerRow('a'))]);

      expect([...answers].sort()).toEqual(['appended', 'exists']);
    });

    it('rows come in ascending order of their id', async () => {
      for (const id of ['events/b', 'events/a', 'events/C', 'events/10', 'events/9'])
        await store.append(ledgerRow(id));

      expect(await idsOf(store)).toEqual(['events/10', 'events/9', 'events/C', 'events/a', 'events/b']);
    });

    it('rows are filtered by source and by what no run has staged', async () => {
      await store.append(ledgerRow('events/a'));
      await store.append(ledgerRow('events/b'));
      await store.append(ledgerRow('fakestore_products/a', { source: 'fakestore_products', shardId: '' }));
      await store.append(ledgerRow('fakestore_products/b', { source: 'fakestore_products', shardId: '' }));
      await store.markStaged(['events/a', 'fakestore_products/b'], 'run-1');

      expect(await idsOf(store, { source: 'events' })).toEqual(['events/a', 'events/b']);
      expect(await idsOf(store, { unstagedOnly: true })).toEqual(['events/b', 'fakestore_products/a']);
      expect(await idsOf(store, { source: 'fakestore_products', unstagedOnly: true })).toEqual([
        'fakestore_products/a',
      ]);
    });

    it('a recovered row is one of its source, and is staged as any other', async () => {
      await store.append(ledgerRow('replay/s/1-2-2-ab', { origin: 'replay', recoveredFrom: 'quarantine/a' }));
      expect(await idsOf(store, { source: 'events', unstagedOnly: true })).toEqual(['replay/s/1-2-2-ab']);

      await store.markStaged(['replay/s/1-2-2-ab'], 'run-1');

      expect(await idsOf(other, { unstagedOnly: true })).toEqual([]);
      expect(await other.rows({ source: 'events' })).toMatchObject([
        { origin: 'replay', recoveredFrom: 'quarantine/a', stagedBy: 'run-1' },
      ]);
    });

    it('fault 38: rows can be marked again, and the last run that staged them is named', async () => {
      await store.append(ledgerRow('events/a'));
      await store.markStaged(['events/a'], 'run-1');
      await other.markStaged(['events/a'], 'run-2');
      await store.markStaged([], 'run-3');

      expect((await store.rows()).map((row) => row.stagedBy)).toEqual(['run-2']);
    });

    it('marking a row that the ledger does not have is an error that says so', async () => {
      await store.append(ledgerRow('events/a'));

      await expect(store.markStaged(['events/a', 'events/b'], 'run-1')).rejects.toThrow('missing');
      expect(await idsOf(store, { unstagedOnly: true })).toEqual(['events/a']);
    });

    it('a row appended again after its staging stays staged', async () => {
      await store.append(ledgerRow('events/a'));
      await store.markStaged(['events/a'], 'run-1');
      await store.append(ledgerRow('events/a'));

      expect(await idsOf(store, { unstagedOnly: true })).toEqual([]);
    });

    it('fault 23: a checkpoint only moves forward, by the sequence as an integer', async () => {
      const at = (sequence: string, arrivalTimeMs: number) =>
        store.advanceCheckpoint({ source: 'events', shardId: 's', sequence, arrivalTimeMs });
      await at('99', 1_000);
      await at('100', 2_000);
      await at('99', 3_000);
      await at('100', 4_000);

      expect(await other.checkpoints()).toEqual([
        { source: 'events', shardId: 's', sequence: '100', arrivalTimeMs: 2_000 },
      ]);
    });

    it('fault 22: each shard has a checkpoint of its own', async () => {
      const checkpoint = { source: 'events', sequence: '5', arrivalTimeMs: 1_000 } as const;
      await store.advanceCheckpoint({ ...checkpoint, shardId: 'left' });
      await store.advanceCheckpoint({ ...checkpoint, shardId: 'right', sequence: '6' });

      const found = (await store.checkpoints()).map(({ shardId, sequence }) => `${shardId} ${sequence}`);

      expect(found.sort()).toEqual(['left 5', 'right 6']);
    });

    it('fault 35: an object that was set aside is named once, with what was found last', async () => {
      const note = { objectKey: 'raw/b', ledgerId: 'events/b', detail: 'missing', replacementKey: null };
      expect(await store.setAsides()).toEqual([]);
      await store.setAside(note);
      await store.setAside({ ...note, objectKey: 'raw/a', ledgerId: 'events/a' });
      await other.setAside({ ...note, detail: 'other bytes' });

      expect(await other.setAsides()).toEqual([
        { objectKey: 'raw/a', ledgerId: 'events/a', detail: 'missing', replacementKey: null },
        { objectKey: 'raw/b', ledgerId: 'events/b', detail: 'other bytes', replacementKey: null },
      ]);
    });

    it('fault 35: a replacement stays named, whoever finds the object broken again', async () => {
      const note = { objectKey: 'raw/a', ledgerId: 'events/a', detail: 'missing', replacementKey: null };
      await store.setAside({ ...note, replacementKey: 'raw/a_r1' });
      await other.setAside(note);
      expect((await store.setAsides())[0]?.replacementKey).toBe('raw/a_r1');

      await other.setAside({ ...note, replacementKey: 'raw/a_r2' });
      expect((await store.setAsides())[0]?.replacementKey).toBe('raw/a_r2');
    });

    it('absent state is null, and is set only by who expects it to be absent', async () => {
      expect(await store.readState('watermark')).toBeNull();
      expect(await store.writeState('watermark', 'x', 'y')).toBe(false);
      expect(await store.writeState('watermark', null, '1')).toBe(true);
      expect(await other.writeState('watermark', null, '2')).toBe(false);
      expect(await other.readState('watermark')).toBe('1');
      expect(await other.readState('other')).toBeNull();
    });

    it('state is replaced only by who expects what it is', async () => {
      await store.writeState('watermark', null, '1');

      expect(await other.writeState('watermark', '1', '2')).toBe(true);
      expect(await store.writeState('watermark', '1', '3')).toBe(false);
      expect(await store.readState('watermark')).toBe('2');
    });

    it('rows of more than a megabyte in all come back whole and in order', async () => {
      // Digits that do not shrink: what a store may keep compressed is still above 1 MB.
      const noise = (seed: number) =>
        Array.from({ length: 6_000 }, (_, place) =>
          uniform(seed * 10_007 + place)
            .toString(36)
            .slice(2, 10),
        ).join('');
      const rows = Array.from({ length: 40 }, (_, index) =>
        ledgerRow(`events/${index + 10}`, { sessionSketch: noise(index) }),
      );
      for (const row of rows) await store.append(row);
      await store.markStaged(
        rows.slice(0, 5).map((row) => row.ledgerId),
        'run-1',
      );

      expect(await idsOf(store)).toEqual(rows.map((row) => row.ledgerId));
      const waiting = await store.rows({ unstagedOnly: true });
      expect(waiting).toEqual(rows.slice(5).map((row) => ({ ...row, stagedBy: null })));
    });

    it('more rows than one transaction takes are marked', async () => {
      const ids = Array.from({ length: 103 }, (_, index) => `events/${index + 100}`);
      await Promise.all(ids.map((id) => store.append(ledgerRow(id))));

      await store.markStaged(ids.slice(1), 'run-1');

      expect(await idsOf(other, { unstagedOnly: true })).toEqual(ids.slice(0, 1));
      expect(await idsOf(other)).toEqual(ids);
    });

    it('fault 37: of two runs that mark the same rows at once, one is named by each row', async () => {
      const ids = Array.from({ length: 10 }, (_, index) => `events/${index}`);
      await Promise.all(ids.map((id) => store.append(ledgerRow(id))));

      await Promise.all([store.markStaged(ids, 'left'), other.markStaged(ids, 'right')]);

      const runs = (await store.rows()).map((row) => row.stagedBy);
      expect(runs.every((run) => run === 'left' || run === 'right')).toBe(true);
      expect(await idsOf(store, { unstagedOnly: true })).toEqual([]);
    });

    it('fault 26: of two that move a checkpoint at once, the farther one stands', async () => {
      const moves = Array.from({ length: 20 }, (_, index) => ({
        source: 'events' as const,
        shardId: 's',
        sequence: `${95 + index}`,
        arrivalTimeMs: index,
      }));

      await Promise.all(
        moves.map((move, index) => (index % 2 === 0 ? store : other).advanceCheckpoint(move)),
      );

      expect(await store.checkpoints()).toEqual(moves.slice(-1));
    });

    it('fault 37: of two that replace one state at once, exactly one succeeds', async () => {
      await store.writeState('watermark', null, '1');

      const answers = await Promise.all([
        store.writeState('watermark', '1', 'left'),
        other.writeState('watermark', '1', 'right'),
      ]);

      expect([...answers].sort()).toEqual([false, true]);
    });
  });

  runRecordContract(name, make);
}
