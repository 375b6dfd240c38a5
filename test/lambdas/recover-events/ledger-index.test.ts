import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import { LedgerIndex } from '../../../lambdas/recover-events/ledger-index.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';
import { SHARD } from '../consume-events/consumer-world.ts';

function row(first: number, last: number, shardId = SHARD): StoredLedgerRow {
  const place = { shardId, firstSequence: String(first), lastSequence: String(last) };
  return { ...ledgerRow(`events/${shardId}/${first}-${last}`, place), stagedBy: null };
}

describe('the rows that overlap a place', () => {
  it('are found behind shorter ones, at both ends, and in its shard alone', () => {
    const rows = [row(1, 100), row(50, 51), row(102, 110), row(90, 90), row(95, 96, 'other')];
    const found = (first: number, last: number) =>
      new LedgerIndex(rows)
        .overlapping({ shardId: SHARD, firstSequence: String(first), lastSequence: String(last) })
        .map((each) => Number(each.firstSequence));

    expect(found(91, 99)).toEqual([1]);
    expect(found(90, 90).sort()).toEqual([1, 90]);
    expect(found(100, 102)).toEqual([102, 1]);
    expect(found(101, 101)).toEqual([]);
    expect(found(111, 200)).toEqual([]);
    expect(new LedgerIndex([]).overlapping(row(1, 2))).toEqual([]);
  });

  it('are those that a look at every row finds', () => {
    const range = fc.tuple(fc.nat(120), fc.nat(30)).map(([first, length]) => row(first, first + length));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), range, (rows, asked) => {
        const ids = (found: readonly StoredLedgerRow[]) => found.map((each) => each.ledgerId).sort();
        const byLooking = rows.filter(
          (each) =>
            Number(each.firstSequence) <= Number(asked.lastSequence) &&
            Number(each.lastSequence) >= Number(asked.firstSequence),
        );

        expect(ids(new LedgerIndex(rows).overlapping(asked))).toEqual(ids(byLooking));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
