import { expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { purchase } from '../rows.ts';

/** A copy of a purchase event, with the coordinates that rows.ts gives to staged ones. */
function copy(eventId: string, items: string, row: GivenRow = {}): GivenRow {
  return {
    event_id: eventId,
    event_type: 'purchase',
    items,
    ledger_id: 'l1',
    shard_id: 'shardId-000000000000',
    sequence_number: '1',
    record_index: 0,
    copy_rank: 1,
    ...row,
  };
}

const ITEMS =
  '[{"product_id":"1","quantity":2,"unit_price":19.95},{"product_id":"2","quantity":1e1,"unit_price":"5.5"}]';
const ONE_ITEM = '[{"product_id":"9","quantity":1,"unit_price":1}]';

async function linesOf(events: readonly GivenRow[], copies: readonly GivenRow[]) {
  const built = await buildModels({ stg_events: events, event_copies: copies }, ['stg_order_lines']);
  return built.stg_order_lines;
}

test('lines stand in the order of the items, from 1, with numbers and prices however they were written', async () => {
  const lines = await linesOf([purchase('e1', '2026-03-01T10:00:00Z', 'o1')], [copy('e1', ITEMS)]);

  expect(pick(lines, 'line_number', 'product_id', 'quantity', 'unit_price')).toEqual([
    { line_number: 1, product_id: '1', quantity: 2, unit_price: '19.9500' },
    { line_number: 2, product_id: '2', quantity: 10, unit_price: '5.5000' },
  ]);
});

test('the first purchase of an order gives its lines, whichever arrived first', async () => {
  const lines = await linesOf(
    [
      purchase('e2', '2026-03-01T10:00:00Z', 'o1', { arrival_time: '2026-03-01T10:00:01Z' }),
      purchase('e1', '2026-03-01T09:00:00Z', 'o1', { arrival_time: '2026-03-02T10:00:00Z' }),
    ],
    [copy('e1', ONE_ITEM), copy('e2', ITEMS)],
  );

  expect(pick(lines, 'event_id', 'product_id')).toEqual([{ event_id: 'e1', product_id: '9' }]);
});

test('of two purchases at the same time the smaller event_id gives the lines', async () => {
  const lines = await linesOf(
    [purchase('e2', '2026-03-01T10:00:00Z', 'o1'), purchase('e1', '2026-03-01T10:00:00Z', 'o1')],
    [copy('e1', ONE_ITEM), copy('e2', ITEMS)],
  );

  expect(column(lines, 'event_id')).toEqual(['e1']);
});

test('another copy of the event gives no line', async () => {
  const lines = await linesOf(
    [purchase('e1', '2026-03-01T10:00:00Z', 'o1')],
    [copy('e1', ONE_ITEM), copy('e1', ITEMS, { sequence_number: '2', copy_rank: 2 })],
  );

  expect(column(lines, 'product_id')).toEqual(['9']);
});

test('the same product twice in an order is two lines', async () => {
  const twice =
    '[{"product_id":"1","quantity":1,"unit_price":1},{"product_id":"1","quantity":1,"unit_price":1}]';

  const lines = await linesOf([purchase('e1', '2026-03-01T10:00:00Z', 'o1')], [copy('e1', twice)]);

  expect(column(lines, 'line_number')).toEqual([1, 2]);
});

test('items that are no JSON give no line and do not stop the build', async () => {
  const lines = await linesOf([purchase('e1', '2026-03-01T10:00:00Z', 'o1')], [copy('e1', 'oops')]);

  expect(lines).toEqual([]);
});
