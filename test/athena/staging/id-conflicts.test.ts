import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { rawCopy as copy, lakeState, ledgerObject } from '../rows.ts';

/** Two copies of an event, the first of which wins; `loser` is what the second says otherwise. */
function pair(both: GivenRow, loser: GivenRow): readonly GivenRow[] {
  return [copy('e1', both), copy('e1', { _sequence_number: '101', ...both, ...loser })];
}

async function build(copies: readonly GivenRow[]) {
  const objects = ['l1', 'l2', 'l3'].map((ledgerId) => ledgerObject(ledgerId));
  const given = { raw_events: copies, ledger_objects: objects, lake_state: [lakeState()] };
  return buildModels(given, ['stg_id_conflicts', 'stg_events', 'event_copies']);
}

async function differences(copies: readonly GivenRow[]): Promise<readonly unknown[]> {
  return column((await build(copies)).stg_id_conflicts, 'differing_fields');
}

const VIEW = { event_type: 'view_item', product_id: 'p1', quantity: '1', unit_price: '5', currency: 'EUR' };
const ITEM = '{"product_id":"p1","quantity":2,"unit_price":"5.00"}';
const PURCHASE = { event_type: 'purchase', order_id: 'o1', currency: 'EUR', items: `[${ITEM}]` };
const REFUND = { event_type: 'refund', refund_id: 'r1', order_id: 'o1', amount: '5', currency: 'EUR' };

describe('fault 5: a losing copy', () => {
  test('with other content is a conflict, named with its place and that of the copy that counts', async () => {
    const built = await build([
      copy('E1', { search_term: null }),
      copy('e1', {
        _shard_id: 'shardId-000000000001',
        _sequence_number: '7',
        _record_index: '3',
        $path: 'lake/l2',
        page_path: '/x',
      }),
    ]);

    expect(built.stg_id_conflicts).toEqual([
      {
        event_id: 'e1',
        shard_id: 'shardId-000000000001',
        sequence_number: '7',
        record_index: 3,
        ledger_id: 'l2',
        arrival_time: '2026-03-01 10:00:01.000000',
        differing_fields: 'page_path',
        winner_ledger_id: 'l1',
        winner_shard_id: 'shardId-000000000000',
        winner_sequence_number: '100',
        winner_record_index: 0,
      },
    ]);
    expect(column(built.stg_events, 'page_path')).toEqual([null]);
  });

  const OTHERWISE: [string, GivenRow, GivenRow][] = [
    ['event_type', VIEW, { event_type: 'add_to_cart' }],
    ['event_time', VIEW, { event_time: '2026-03-01T10:00:00.000001Z' }],
    ['anonymous_id', VIEW, { anonymous_id: 'd2' }],
    ['user_id', VIEW, { user_id: 'u1' }],
    ['session_id', VIEW, { session_id: 's2' }],
    ['device', VIEW, { device: 'mobile' }],
    ['country', VIEW, { country: 'DE' }],
    ['channel', VIEW, { channel: 'email' }],
    ['campaign_id', VIEW, { campaign_id: 'c1' }],
    ['page_path', VIEW, { page_path: '/' }],
    ['engaged_time_ms', {}, { engaged_time_ms: '1' }],
    ['search_term', { event_type: 'search' }, { search_term: 'x' }],
    ['product_id', VIEW, { product_id: 'p2' }],
    ['quantity', VIEW, { quantity: '2' }],
    ['unit_price', VIEW, { unit_price: '5.0001' }],
    ['currency', VIEW, { currency: 'USD' }],
    ['order_id', PURCHASE, { order_id: 'o2' }],
    ['discount', PURCHASE, { discount: '1' }],
    ['shipping', PURCHASE, { shipping: '1' }],
    ['tax', PURCHASE, { tax: '1' }],
    ['refund_id', REFUND, { refund_id: 'r2' }],
    ['amount', REFUND, { amount: '6' }],
    ['impressions', { event_type: 'ad_spend' }, { impressions: '1' }],
    ['clicks', { event_type: 'ad_spend' }, { clicks: '1' }],
    ['cost', { event_type: 'ad_spend' }, { cost: '1' }],
    ['audience', { event_type: 'ad_spend' }, { audience: 'a' }],
    ['viewing_time_ms', { event_type: 'ad_spend' }, { viewing_time_ms: '1' }],
    ['items', PURCHASE, { items: `[${ITEM},${ITEM}]` }],
    ['items', PURCHASE, { items: `[${ITEM.replace('2', '3')}]` }],
    ['items', REFUND, { items: `[${ITEM}]` }],
    ['quantity,unit_price', VIEW, { quantity: null, unit_price: null }],
  ];
  test.each(OTHERWISE)('that differs in %s is a conflict', async (fields, both, loser) => {
    expect(await differences(pair(both, loser))).toEqual([fields]);
  });

  const ALIKE: [string, GivenRow, GivenRow][] = [
    ['sent_time', VIEW, { sent_time: '2026-03-01T10:00:09Z' }],
    ['how a time is written', VIEW, { event_time: '2026-03-01T11:00:00.000+01:00' }],
    ['how a number is written', VIEW, { unit_price: '5.0', quantity: '1e0' }],
    ['the case of its id', VIEW, { event_id: 'E1' }],
    ['how items are written', PURCHASE, { items: '[ {"unit_price":5,"quantity":2.0, "product_id":"p1"} ]' }],
    ['a field that another type owns', VIEW, { search_term: 'x' }],
  ];
  test.each(ALIKE)('that differs in %s is a duplicate', async (_, both, loser) => {
    expect(await differences(pair(both, loser))).toEqual([]);
  });
});

describe('a record that the stream gave again', () => {
  test('is no conflict with itself, though its rows differ', async () => {
    expect(await differences([copy('e1'), copy('e1', { $path: 'lake/l2' })])).toEqual([]);
  });

  test('is one conflict when it loses in several batches', async () => {
    const loser = { _sequence_number: '101', page_path: '/x' };
    const built = await build([
      copy('e1'),
      copy('e1', { ...loser, $path: 'lake/l3' }),
      copy('e1', { ...loser, $path: 'lake/l2' }),
    ]);

    expect(pick(built.stg_id_conflicts, 'ledger_id', 'sequence_number')).toEqual([
      { ledger_id: 'l2', sequence_number: '101' },
    ]);
  });
});

test('each losing copy is compared with the copy that counts, not with its neighbour', async () => {
  const built = await build([
    copy('e1'),
    copy('e1', { _sequence_number: '101', page_path: '/x' }),
    copy('e1', { _sequence_number: '102' }),
    copy('e1', { _sequence_number: '103', page_path: '/x' }),
    copy('e2', { _sequence_number: '104', page_path: '/y' }),
  ]);

  expect(column(built.stg_id_conflicts, 'sequence_number')).toEqual(['101', '103']);
});
