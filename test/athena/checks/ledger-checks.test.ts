import { describe, expect, test } from 'vitest';
import { type Given, runCheckQuery } from '../harness.ts';
import { ledgerRow, staged } from '../rows.ts';

const AT = '2026-03-01T10:00:00Z';

async function badRows(check: string, given: Given): Promise<number> {
  return (await runCheckQuery(check, given)).length;
}

describe('ledger_balances', () => {
  test('is content when each accepted record was staged, too late or collapsed', async () => {
    const given = {
      ledger: [ledgerRow({ received: 6, accepted: 3, duplicate: 2, quarantined: 1 })],
      stg_events: [staged('e0', AT)],
      stg_late_events: [staged('e1', AT, { arrival_date: '2026-03-01' })],
      stg_repeats: [{ ledger_id: 'l1', event_id: 'e0' }],
    };

    expect(await badRows('ledger_balances', given)).toBe(0);
  });

  test('is content with copies in conflict and with what lies in an object set aside', async () => {
    const aside = { ledger_id: 'l1', kind: 'raw', object_key: 'o', records: 2, replacement_key: null };
    const given = {
      ledger: [ledgerRow({ received: 4, accepted: 4 })],
      stg_events: [staged('e0', AT)],
      stg_repeats: [{ ledger_id: 'l1', event_id: 'e1', differing_fields: 'channel' }],
      set_aside_objects: [aside, { ...aside, kind: 'duplicates' }],
    };

    expect(await badRows('ledger_balances', given)).toBe(0);
    expect(
      await runCheckQuery('ledger_balances', {
        ...given,
        set_aside_objects: [{ ...aside, replacement_key: 'r' }],
      }),
    ).toEqual([expect.objectContaining({ conflicts: 1, collapsed: 0, set_aside: 0 })]);
    expect(await badRows('ledger_balances', { ...given, stg_repeats: [] })).toBe(1);
  });

  test('names the batch that received more than it sorted', async () => {
    const given = {
      ledger: [ledgerRow({ received: 2 }), ledgerRow({ ledger_id: 'l2', received: 0, accepted: 0 })],
      stg_events: [staged('e0', AT)],
    };

    expect(await runCheckQuery('ledger_balances', given)).toEqual([
      expect.objectContaining({ ledger_id: 'l1', received: 2, accepted: 1, staged: 1 }),
    ]);
  });

  test('names the batch whose record is nowhere, and the one that gave more than it accepted', async () => {
    const given = {
      ledger: [ledgerRow({}), ledgerRow({ ledger_id: 'l2' })],
      stg_events: [staged('e0', AT, { ledger_id: 'l2' }), staged('e1', AT, { ledger_id: 'l2' })],
    };

    expect((await runCheckQuery('ledger_balances', given)).map((row) => row.ledger_id)).toEqual(['l1', 'l2']);
  });

  test('names a snapshot whose counts do not add up, and asks no more of it', async () => {
    const snapshot = { source: 'fakestore_products' };

    expect(await badRows('ledger_balances', { ledger: [ledgerRow(snapshot)] })).toBe(0);
    expect(await badRows('ledger_balances', { ledger: [ledgerRow({ ...snapshot, received: 2 })] })).toBe(1);
  });
});

test('set_aside names objects that nothing is read in place of', async () => {
  const aside = { ledger_id: 'l1', kind: 'raw', records: 2, detail: 'missing' };
  const given = {
    set_aside_objects: [
      { ...aside, object_key: 'a', replacement_key: null },
      { ...aside, object_key: 'b', replacement_key: 'b_r1' },
    ],
  };

  expect(await runCheckQuery('set_aside', given)).toEqual([expect.objectContaining({ object_key: 'a' })]);
});
