import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase } from '../rows.ts';

const AT = '2026-03-01T10:00:00Z';

/** Lines of an order of product p1, placed at a time, over a catalogue. */
async function linesOf(orderedAt: string, products: readonly GivenRow[]) {
  const built = await buildModels(
    {
      stg_events: [purchase('e1', orderedAt, 'o1')],
      stg_order_lines: [line('o1', orderedAt)],
      stg_products: products,
      lake_state: [lakeState()],
    },
    ['fct_order_lines'],
  );
  return built.fct_order_lines;
}

describe('an order line', () => {
  const PRODUCT = { id: 'p1', title: 'Mug', is_active: true, is_synthetic_created_at: true };
  const PRODUCTS = [
    { ...PRODUCT, valid_from: '2026-02-01T00:00:00Z', price: '9' },
    { ...PRODUCT, valid_from: '2026-03-01T10:00:00Z', price: '11' },
  ];
  const VERSIONS: [string, string, string][] = [
    ['long before the first snapshot', '2025-06-01T00:00:00Z', '1970-01-01 00:00:00.000000'],
    ['a microsecond before a new version', '2026-03-01T09:59:59.999999Z', '1970-01-01 00:00:00.000000'],
    ['at the moment of a new version', '2026-03-01T10:00:00Z', '2026-03-01 10:00:00.000000'],
  ];
  for (const [when, orderedAt, validFrom] of VERSIONS) {
    test(`ordered ${when} names that version and keeps its own price`, async () => {
      const lines = await linesOf(orderedAt, PRODUCTS);

      expect(pick(lines, 'product_valid_from', 'unit_price', 'line_total')).toEqual([
        { product_valid_from: validFrom, unit_price: '10.0000', line_total: '20.0000' },
      ]);
    });
  }

  test('of a product that no catalogue knows has no version', async () => {
    const lines = await linesOf(AT, []);

    expect(column(lines, 'product_valid_from')).toEqual([null]);
  });
});
