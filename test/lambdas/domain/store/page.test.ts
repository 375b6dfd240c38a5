import { describe, expect, test } from 'vitest';
import { readPage, snapshotBody } from '../../../../lambdas/domain/store/page.ts';
import type { StoreKind } from '../../../../lambdas/domain/store/store-kind.ts';

const PRODUCT = {
  id: 1,
  title: 'Pack',
  price: 109.95,
  description: 'A pack.',
  category: 'bags',
  image: 'https://images.example.com/1.png',
  rating: { rate: 3.9, count: 120 },
};
const CART = {
  id: 1,
  userId: 2,
  date: '2020-03-02T00:00:00.000Z',
  products: [{ productId: 3, quantity: 4 }],
  __v: 0,
};

function bodyOf(kind: StoreKind, rows: readonly unknown[]): string {
  const reading = readPage(kind, rows, (address) => `<${address}>`);
  if (reading.kind === 'refused') throw new Error(reading.detail);
  return snapshotBody(reading.entities);
}

function detailOf(kind: StoreKind, rows: readonly unknown[]): string {
  const reading = readPage(kind, rows, () => '');
  return reading.kind === 'refused' ? reading.detail : 'taken';
}

describe('lines', () => {
  test('of a product are flat', () => {
    expect(bodyOf('products', [PRODUCT])).toBe(
      '{"id":1,"title":"Pack","price":109.95,"description":"A pack.","category":"bags",' +
        '"image":"https://images.example.com/1.png","rating_rate":3.9,"rating_count":120}\n',
    );
  });

  test('of a user are an id and a hash of the trimmed lower-case address', () => {
    expect(bodyOf('users', [{ id: 1, email: ' John@Example.COM\n', password: 'x', phone: '1' }])).toBe(
      '{"id":1,"email_hash":"<john@example.com>"}\n',
    );
  });

  test('of a cart name their items as an event does', () => {
    expect(bodyOf('carts', [CART])).toBe(
      '{"id":1,"user_id":2,"date":"2020-03-02T00:00:00.000Z","items":[{"product_id":"3","quantity":4}]}\n',
    );
  });

  test('stand in the order of the ids as numbers', () => {
    const carts = [10, 9, 1].map((id) => ({ ...CART, id }));

    expect([...bodyOf('carts', carts).matchAll(/^\{"id":(\d+)/gm)].map((match) => match[1])).toEqual([
      '1',
      '9',
      '10',
    ]);
  });

  test('hold the line feeds of a text as escapes', () => {
    expect(bodyOf('products', [{ ...PRODUCT, title: 'two\nlines' }]).split('\n')).toHaveLength(2);
  });
});

describe('unknown fields', () => {
  test('of a product and its rating are kept in canonical form and named once', () => {
    const row = { ...PRODUCT, stock: 3, __v: 0, extra: 'e', rating: { rate: 1, count: 2, by: 'us' } };
    const reading = readPage('products', [row, { ...row, id: 2 }], () => '');

    expect(reading).toMatchObject({ kind: 'page', unknownFields: ['extra', 'rating.by', 'stock'] });
    expect(JSON.parse(bodyOf('products', [row])).extra).toBe('{"extra":"e","rating":{"by":"us"},"stock":3}');
  });

  test('of a cart and its lines are named and dropped', () => {
    const row = { ...CART, note: 'n', products: [{ productId: 3, quantity: 4, gift: true, _id: 'm' }] };

    expect(readPage('carts', [row], () => '')).toMatchObject({ unknownFields: ['note', 'products.gift'] });
    expect(bodyOf('carts', [row])).toBe(bodyOf('carts', [CART]));
  });

  test('whose names may be data are not shown', () => {
    const row = { id: 1, email: 'a@example.com', 'b@example.com': 1, ['x'.repeat(41)]: 1 };

    expect(readPage('users', [row], () => '')).toMatchObject({
      unknownFields: ['(a name of other characters)'],
    });
  });
});

describe('limits', () => {
  test.each([0, 0.01, 9.9999, 695, 99_999_999])('a price of %d is taken', (price) => {
    expect(detailOf('products', [{ ...PRODUCT, price }])).toBe('taken');
  });

  test.each([-0.01, 1.23456, 1e-7, 99_999_999.01, 1e21])('a price of %d is refused', (price) => {
    expect(detailOf('products', [{ ...PRODUCT, price }])).toMatch(
      /^products\[0\] breaks the contract: price: /,
    );
  });

  test.each([1, 10_000])('a quantity of %d is taken', (quantity) => {
    expect(detailOf('carts', [{ ...CART, products: [{ productId: 1, quantity }] }])).toBe('taken');
  });

  test.each([0, 1.5, 10_001])('a quantity of %d is refused', (quantity) => {
    expect(detailOf('carts', [{ ...CART, products: [{ productId: 1, quantity }] }])).toMatch(/quantity: /);
  });

  test.each(['2020-03-02T00:00:00Z', '2020-03-02T00:00:02.000Z', '2020-02-29T23:59:59.123456Z'])(
    'a cart date of %s is taken',
    (date) => {
      expect(detailOf('carts', [{ ...CART, date }])).toBe('taken');
    },
  );

  test.each([
    '2020-03-02',
    '2020-02-30T00:00:00Z',
    '2020-03-02T00:00Z',
    '2020-03-02T00:00:00.1234567Z',
    1583107200000,
    '',
  ])('a cart date of %j is refused', (date) => {
    expect(detailOf('carts', [{ ...CART, date }])).toMatch(/date: /);
  });

  test.each([0, -1, 1.5, '1', null, 2 ** 53])('an id of %j is refused', (id) => {
    expect(detailOf('carts', [{ ...CART, id }])).toMatch(/: id: /);
  });

  test('a row without a shape is refused', () => {
    for (const row of [null, 1, 'x', []]) expect(detailOf('users', [row])).toMatch(/^users\[0\] breaks/);
  });
});
