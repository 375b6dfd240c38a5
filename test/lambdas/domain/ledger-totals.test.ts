import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import { ledgerTotals, rowsCountedOnce } from '../../../lambdas/domain/ledger-totals.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';

const FATES = ['accepted', 'duplicate', 'quarantined'] as const;
type Fate = (typeof FATES)[number];

/** Records whose place in the list, from one on, is their sequence. */
type Shard = readonly Fate[];

/** The row of a batch that holds the records first..last of a shard, both included. */
function batch(shard: Shard, first: number, last: number, shardId = 'a'): LedgerRow {
  const records = shard.slice(first - 1, last);
  const count = (fate: Fate) => records.filter((record) => record === fate).length;
  const quarantined = count('quarantined');
  return ledgerRow(`events/${shardId}/${first}-${last}`, {
    shardId,
    firstSequence: String(first),
    lastSequence: String(last),
    received: records.length,
    accepted: count('accepted'),
    duplicate: count('duplicate'),
    quarantined,
    quarantineReasons: quarantined === 0 ? {} : { not_json: quarantined },
  });
}

const accepted = (length: number): Shard => Array.from({ length }, () => 'accepted');

function ranges(rows: readonly LedgerRow[]): readonly string[] {
  return rows.map((row) => `${row.firstSequence}-${row.lastSequence}`);
}

describe('rows without a common record', () => {
  it('all count, whatever their order and shard', () => {
    const shard: Shard = ['accepted', 'duplicate', 'quarantined', 'quarantined', 'accepted'];

    const totals = ledgerTotals([batch(shard, 3, 5), batch(shard, 1, 2), batch(shard, 1, 5, 'b')]);

    expect(totals).toEqual({
      received: 10,
      accepted: 4,
      duplicate: 2,
      quarantined: 4,
      quarantineReasons: { not_json: 4 },
      dedupBypassed: 0,
      redelivered: 0,
      replayed: 0,
      reinstated: 0,
    });
  });

  it('are told by number, not by text', () => {
    expect(ranges(rowsCountedOnce([batch(accepted(100), 9, 9), batch(accepted(100), 10, 99)]))).toEqual([
      '9-9',
      '10-99',
    ]);
  });

  it('of batch sources are left out', () => {
    const snapshot = ledgerRow('x', { source: 'fakestore_products', received: 20 });

    expect(ledgerTotals([snapshot, snapshot]).received).toBe(0);
  });
});

describe('rows that overlap', () => {
  it('inside a larger one are redelivered', () => {
    const shard = accepted(10);

    const totals = ledgerTotals([batch(shard, 1, 10), batch(shard, 1, 4), batch(shard, 5, 10)]);

    expect(totals).toMatchObject({ received: 10, accepted: 10, redelivered: 10 });
  });

  it('in part give way to those that follow on one another without a gap', () => {
    const shard = accepted(16);
    const rows = [batch(shard, 1, 10), batch(shard, 1, 6), batch(shard, 7, 16)];

    expect(ranges(rowsCountedOnce(rows))).toEqual(['1-6', '7-16']);
    expect(ledgerTotals(rows)).toMatchObject({ received: 16, redelivered: 10 });
  });

  it('in the last record alone are recognised, and next to each other are not', () => {
    const shard = accepted(4);

    expect(ledgerTotals([batch(shard, 1, 2), batch(shard, 2, 4)]).redelivered).toBe(2);
    expect(ledgerTotals([batch(shard, 1, 2), batch(shard, 3, 4)]).redelivered).toBe(0);
  });

  it('of one range count as the one that accepted more', () => {
    const [first, second] = [batch(['duplicate'], 1, 1), { ...batch(['accepted'], 1, 1), ledgerId: 'other' }];

    expect(rowsCountedOnce([first, second])).toEqual([second]);
    expect(rowsCountedOnce([second, first])).toEqual([second]);
  });
});

describe('a recovery', () => {
  const fates: Shard = ['accepted', 'quarantined', 'quarantined', 'duplicate', 'duplicate'];
  const stream = batch(fates, 1, 5);
  const recovery = (origin: 'replay' | 'reinstate', landed: Shard): LedgerRow => ({
    ...batch(landed, 1, landed.length),
    ledgerId: `${origin}/a/${landed.length}`,
    origin,
    recoveredFrom: 'some object',
  });

  it('moves records from quarantine to where they land, and receives none', () => {
    const totals = ledgerTotals([stream, recovery('replay', ['accepted', 'duplicate'])]);

    expect(totals).toMatchObject({ received: 5, accepted: 2, duplicate: 3, quarantined: 0, replayed: 2 });
    expect(totals).toMatchObject({ quarantineReasons: { not_json: 2 }, redelivered: 0 });
  });

  it('moves records from duplicates to where they land', () => {
    const totals = ledgerTotals([stream, recovery('reinstate', ['accepted'])]);

    expect(totals).toMatchObject({ received: 5, accepted: 2, duplicate: 1, quarantined: 2, reinstated: 1 });
  });

  it('out of batches that the stream gave again moves each record once', () => {
    const again = { ...batch(fates, 1, 5), ledgerId: 'events/a/again' };

    const totals = ledgerTotals([stream, batch(fates, 1, 3), again, recovery('replay', ['accepted'])]);

    expect(totals).toMatchObject({ received: 5, accepted: 2, quarantined: 1, redelivered: 8 });
    expect(totals.accepted + totals.duplicate + totals.quarantined).toBe(5);
  });
});

it('after any crashes each record that landed counts once', () => {
  const cut = fc.record({ length: fc.integer({ min: 1, max: 12 }), isCrash: fc.boolean() });
  const shards = fc.array(
    fc.record({
      records: fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 40 }),
      cuts: fc.array(cut, { minLength: 1, maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 2 },
  );

  fc.assert(
    fc.property(shards, fc.infiniteStream(fc.double({ noNaN: true })), (histories, order) => {
      const rows = new Map<string, LedgerRow>();
      let landed = 0;
      for (const [index, { records, cuts }] of histories.entries()) {
        let position = 0;
        let reached = 0;
        for (const { length, isCrash } of cuts) {
          const last = Math.min(position + length, records.length);
          if (last === position) break;
          const row = batch(records, position + 1, last, `shard ${index}`);
          rows.set(row.ledgerId, row);
          reached = Math.max(reached, last);
          if (!isCrash) position = last;
        }
        landed += reached;
      }
      const shuffled = [...rows.values()]
        .map((row) => ({ row, rank: order.next().value }))
        .sort((left, right) => left.rank - right.rank)
        .map(({ row }) => row);

      const totals = ledgerTotals(shuffled);

      expect(totals.received).toBe(landed);
      expect(totals.accepted + totals.duplicate + totals.quarantined).toBe(landed);
      expect(totals).toEqual(ledgerTotals([...rows.values()]));
    }),
    { numRuns: 300 },
  );
});

it('the work does not grow with the square of the rows', () => {
  const shard = accepted(40_000);
  const rows = Array.from({ length: 20_000 }, (_, index) => batch(shard, index + 1, index + 2));
  let reads = 0;
  const watched = rows.map((row) => ({
    ...row,
    get lastSequence() {
      reads += 1;
      return row.lastSequence;
    },
  }));

  expect(rowsCountedOnce(watched)).toHaveLength(10_000);
  expect(reads).toBeLessThan(20_000 * 100);
});
