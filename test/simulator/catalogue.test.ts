import { describe, expect, it } from 'vitest';
import { CARTS, PRODUCTS, USERS } from '../../simulator/catalogue.ts';

/** Prices in cents, so that sums are exact. */
const CENTS = new Map(PRODUCTS.map((product) => [product.id, Math.round(product.price * 100)]));

describe('catalogue', () => {
  it('holds 20 products, 10 users and 7 carts with ids from 1', () => {
    const ids = [PRODUCTS, USERS, CARTS].map((entities) => entities.map((entity) => entity.id));

    expect(ids.map((list) => list.length)).toEqual([20, 10, 7]);
    for (const list of ids) expect(list).toEqual(list.map((_, index) => index + 1));
  });

  it('has the known total of each cart', () => {
    const totals = CARTS.map((cart) =>
      cart.products.reduce((sum, line) => sum + (CENTS.get(line.productId) ?? 0) * line.quantity, 0),
    );

    expect(totals).toEqual([79804, 257870, 28390, 43980, 2098, 56000, 985]);
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(469127);
  });

  it('has 14 lines, 42 units and 5 buyers', () => {
    const lines = CARTS.flatMap((cart) => cart.products);

    expect(lines).toHaveLength(14);
    expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(42);
    expect(new Set(CARTS.map((cart) => cart.userId)).size).toBe(5);
  });

  it('gives nobody an address outside example.com', () => {
    const foreign = USERS.filter((user) => !user.email.endsWith('@example.com'));

    expect(foreign).toEqual([]);
    expect(new Set(USERS.map((user) => user.email)).size).toBe(10);
  });
});
