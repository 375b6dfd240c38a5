import { describe, expect, it, test } from 'vitest';
import { rowBreach } from '../../../../lambdas/domain/datasets/cell-rules.ts';
import type { Dataset } from '../../../../lambdas/domain/datasets/dataset.ts';
import { EVENT_HISTORY } from '../../../../lambdas/domain/datasets/event-history.ts';
import { matchHeader } from '../../../../lambdas/domain/datasets/header.ts';
import { eventText, extraOf, rowText, valuesOf } from '../../../../lambdas/domain/datasets/row-text.ts';
import { SHOP_ORDER_LINES, SHOP_ORDERS } from '../../../../lambdas/domain/datasets/shop-orders.ts';

const ORDER = {
  order_id: 'A-1',
  ordered_at: '2026-01-31T10:00:00+01:00',
  customer_id: 'c1',
  currency: 'EUR',
};
const LINE = { order_id: 'A-1', line_number: '1', product_id: 'p', quantity: '2', unit_price: '9.99' };

function breachOf(dataset: Dataset, row: Readonly<Record<string, string>>): string | null {
  return (
    rowBreach(
      dataset,
      dataset.columns.map(({ name }) => row[name] ?? null),
    )?.detail ?? null
  );
}

describe('a row of orders', () => {
  it('is good with its required cells alone, and with every cell', () => {
    const full = {
      discount: '0',
      shipping: '4.9900',
      tax: '999999999.9999',
      channel: 'email',
      country: 'DE',
    };

    expect(breachOf(SHOP_ORDERS, ORDER)).toBeNull();
    expect(breachOf(SHOP_ORDERS, { ...ORDER, ...full })).toBeNull();
  });

  it.each([
    ['order_id', 'a b', 'must be 1 to 64'],
    ['order_id', 'x'.repeat(65), 'must be 1 to 64'],
    ['ordered_at', '2026-01-31', 'a time with its zone'],
    ['ordered_at', '2026-01-31T10:00:00', 'a time with its zone'],
    ['ordered_at', '2026-02-30T10:00:00Z', 'no time of the calendar'],
    ['currency', 'eur', 'none of the allowed values'],
    ['currency', 'E\u0000R', 'NUL'],
    ['channel', 'billboard', 'none of the allowed values'],
    ['country', 'UK', 'none of the allowed values'],
    ['discount', '1,50', 'a decimal'],
    ['discount', '-1', 'a decimal'],
    ['discount', '1.00001', 'a decimal'],
    ['tax', '1000000000', 'is above 999999999.9999'],
  ])('is bad with %s = %j', (column, value, words) => {
    expect(breachOf(SHOP_ORDERS, { ...ORDER, [column]: value })).toContain(`${column} `);
    expect(breachOf(SHOP_ORDERS, { ...ORDER, [column]: value })).toContain(words);
  });

  it.each(Object.keys(ORDER))('is bad without %s', (column) => {
    expect(breachOf(SHOP_ORDERS, { ...ORDER, [column]: undefined as unknown as string })).toBe(
      `${column} is empty`,
    );
  });
});

test.each([
  ['1', null],
  ['10000', null],
  ['0', 'quantity must be 1 to 10000'],
  ['10001', 'quantity must be 1 to 10000'],
  ['1.0', 'quantity must be a whole number'],
  ['1e3', 'quantity must be a whole number'],
])('a line of quantity %s: %j', (quantity, problem) => {
  expect(breachOf(SHOP_ORDER_LINES, { ...LINE, quantity })).toBe(problem);
});

describe('a row as it lands', () => {
  const match = matchHeader(
    ['note', 'currency', 'order_id', 'ordered_at', 'customer_id', 'discount'],
    SHOP_ORDERS,
  );

  it('is text by text in the order of the catalogue, without what is empty', () => {
    const cells = ['', 'EUR', 'A-1', 't', 'c"1', ''];

    expect(
      JSON.parse(`{${rowText(SHOP_ORDERS, valuesOf(match, cells), extraOf(match.extra, cells))}`),
    ).toEqual({
      order_id: 'A-1',
      ordered_at: 't',
      customer_id: 'c"1',
      currency: 'EUR',
    });
  });

  it('keeps unknown columns apart, where none of them can forge ours', () => {
    const cells = ['=1+1', 'EUR', 'A-1', 't', 'c', ''];

    expect(
      JSON.parse(`{${rowText(SHOP_ORDERS, valuesOf(match, cells), extraOf(match.extra, cells))}`),
    ).toMatchObject({
      _extra: { note: '=1+1' },
    });
  });
});

describe('a row as an event', () => {
  const names = ['event_id', 'quantity', 'items', 'unit_price', 'colour'];
  const match = matchHeader(names, EVENT_HISTORY);
  const eventOf = (...cells: string[]) =>
    JSON.parse(eventText(EVENT_HISTORY, valuesOf(match, cells), extraOf(match.extra, cells)));

  it('has numbers, lists and text as the contract wants them', () => {
    expect(eventOf('e', '3', '[{"product_id":"p",\n"quantity":1}]', '9.90', 'red')).toEqual({
      event_id: 'e',
      schema_version: 1,
      quantity: 3,
      items: [{ product_id: 'p', quantity: 1 }],
      unit_price: '9.90',
      colour: 'red',
    });
  });

  it('leaves to the contract what does not read as its type', () => {
    expect(eventOf('e', '3 pieces', '{"a":1}', 'free', '')).toMatchObject({
      quantity: '3 pieces',
      items: '{"a":1}',
      unit_price: 'free',
    });
  });
});
