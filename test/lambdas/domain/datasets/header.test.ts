import { describe, expect, it, test } from 'vitest';
import { DATASETS } from '../../../../lambdas/domain/datasets/catalogue.ts';
import { EVENT_HISTORY } from '../../../../lambdas/domain/datasets/event-history.ts';
import { datasetsOf, headerProblem, matchHeader } from '../../../../lambdas/domain/datasets/header.ts';
import { SHOP_ORDER_LINES, SHOP_ORDERS } from '../../../../lambdas/domain/datasets/shop-orders.ts';

const GOOD = ['order_id', 'ordered_at', 'customer_id', 'currency'];

function problemOf(names: readonly string[]): string | null {
  return headerProblem(matchHeader(names, SHOP_ORDERS), SHOP_ORDERS);
}

describe('a header', () => {
  it('may have its columns in any order, in any letter case, with blanks around them', () => {
    const names = [' Currency', 'CUSTOMER_ID ', 'ordered_at', 'Order_Id'];

    expect(problemOf(names)).toBeNull();
    expect(matchHeader(names, SHOP_ORDERS).places.slice(0, 4)).toEqual([3, 2, 1, 0]);
  });

  it('may lack optional columns and have more than are known', () => {
    const match = matchHeader([...GOOD, 'Note'], SHOP_ORDERS);

    expect(headerProblem(match, SHOP_ORDERS)).toBeNull();
    expect(match.extra).toEqual([{ name: 'note', place: 4 }]);
    expect(match.places.filter((place) => place === -1)).toHaveLength(5);
  });

  it('must have the required ones; a column that was renamed is told', () => {
    expect(problemOf(GOOD.slice(1))).toBe('the header lacks order_id of the dataset orders');
    expect(problemOf(['Order ID', ...GOOD.slice(1)])).toBe(
      'the header lacks order_id of the dataset orders; rename "order id" to order_id',
    );
    expect(problemOf(['number', ...GOOD.slice(1)])).toBe(
      'the header lacks order_id of the dataset orders; it has "number"',
    );
  });

  it.each([
    [[...GOOD, 'ORDER_ID'], 'order_id more than once'],
    [[...GOOD, 'note', 'note'], 'note more than once'],
    [[...GOOD, ''], 'column 5 of the header has no name'],
    [[...GOOD, '_shard_id'], 'reserved'],
    [[...GOOD, '__proto__'], 'reserved'],
    [[...GOOD, 'Constructor'], 'reserved'],
    [[...GOOD, 'a\u0000b'], 'reserved'],
  ])('%j is refused', (names, words) => {
    expect(problemOf(names)).toContain(words);
  });
});

test.each([
  [['event_id', 'event_type', 'event_time', 'order_id'], [EVENT_HISTORY]],
  [GOOD, [SHOP_ORDERS]],
  [['order_id', 'line_number', 'product_id', 'quantity', 'unit_price'], [SHOP_ORDER_LINES]],
  [['a', 'b'], []],
])('the columns %j tell their dataset', (names, datasets) => {
  expect(datasetsOf(names, DATASETS)).toEqual(datasets);
});
