import { describe, expect, it } from 'vitest';
import { cells, tell, tellPurchase, truthOf } from './history.ts';

describe('product days of the truth', () => {
  it('count views, additions, orders once, units and gross, each on its own date', () => {
    const line = { productId: '3', quantity: 2, unitPriceE4: 10_000 };
    const { tables } = truthOf([
      tell('view_item', '2026-01-05T23:59:59Z', { productId: '3' }),
      tell('view_item', '2026-01-06T00:00:00Z', { productId: '3' }),
      tell('add_to_cart', '2026-01-06T00:00:01Z', { productId: '3', quantity: 2 }),
      tell('remove_from_cart', '2026-01-06T00:00:02Z', { productId: '4', quantity: 1 }),
      tellPurchase('2026-01-06T00:00:03Z', 'o1', 0, { items: [line, line, { ...line, productId: '9' }] }),
      tellPurchase('2026-01-07T00:00:03Z', 'o1', 0, { items: [line] }),
      tellPurchase('2026-01-06T00:00:04Z', 'euro', 0, { currency: 'EUR', items: [line] }),
    ]);

    expect(
      cells(
        tables.product_daily,
        'product_id',
        'sale_date',
        'views',
        'add_to_carts',
        'orders',
        'units',
        'gross',
      ),
    ).toEqual([
      ['3', '2026-01-05', 1, 0, 0, 0, '0.0000'],
      ['3', '2026-01-06', 1, 1, 2, 6, '4.0000'],
      ['9', '2026-01-06', 0, 0, 1, 2, '2.0000'],
    ]);
  });
});
