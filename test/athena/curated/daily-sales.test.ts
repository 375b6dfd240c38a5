import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, line, purchase, refund } from '../rows.ts';

interface Sales {
  readonly events: readonly GivenRow[];
  readonly lines?: readonly GivenRow[];
  readonly watermark?: string;
}

async function salesOf({ events, lines, watermark }: Sales) {
  const built = await buildModels(
    {
      stg_events: events,
      stg_order_lines: lines ?? [],
      lake_state: [lakeState({ watermark: watermark ?? null })],
    },
    ['daily_sales'],
  );
  return built.daily_sales;
}

describe('daily_sales', () => {
  test('has every date of a group from its first to the newest sale of the lake', async () => {
    const rows = await salesOf({
      events: [
        purchase('e1', '2026-02-27T10:00:00Z', 'o1', { channel: 'email', country: 'US' }),
        purchase('e2', '2026-03-01T10:00:00Z', 'o2', { session_id: 's2', channel: 'direct', country: 'US' }),
      ],
      lines: [line('o1', '2026-02-27T10:00:00Z'), line('o2', '2026-03-01T10:00:00Z')],
    });

    expect(pick(rows, 'sale_date', 'channel', 'orders', 'net', 'previous_day_net')).toEqual([
      { sale_date: '2026-02-27', channel: 'email', orders: 1, net: '20.0000', previous_day_net: null },
      { sale_date: '2026-02-28', channel: 'email', orders: 0, net: '0.0000', previous_day_net: '20.0000' },
      { sale_date: '2026-03-01', channel: 'direct', orders: 1, net: '20.0000', previous_day_net: null },
      { sale_date: '2026-03-01', channel: 'email', orders: 0, net: '0.0000', previous_day_net: '0.0000' },
    ]);
    expect(column(rows, 'updated_at')[1]).toBeNull();
  });

  test('dates a refund by itself, in the group of its order, and stretches the days to it', async () => {
    const rows = await salesOf({
      events: [
        purchase('e1', '2026-03-01T10:00:00Z', 'o1', { channel: 'email', country: 'US' }),
        refund('e2', '2026-03-03T10:00:00Z', 'r1', { session_id: 's2', channel: 'direct', amount: '30' }),
      ],
      lines: [line('o1', '2026-03-01T10:00:00Z')],
    });

    expect(pick(rows, 'sale_date', 'channel', 'refunds', 'net')).toEqual([
      { sale_date: '2026-03-01', channel: 'email', refunds: '0.0000', net: '20.0000' },
      { sale_date: '2026-03-02', channel: 'email', refunds: '0.0000', net: '0.0000' },
      { sale_date: '2026-03-03', channel: 'email', refunds: '30.0000', net: '-30.0000' },
    ]);
  });

  test('puts a refund without order under web and unknown', async () => {
    const rows = await salesOf({
      events: [refund('e1', '2026-03-03T10:00:00Z', 'r1', { channel: 'email' })],
    });

    expect(pick(rows, 'order_source', 'channel', 'country', 'orders', 'net', 'average_order')).toEqual([
      {
        order_source: 'web',
        channel: 'unknown',
        country: 'unknown',
        orders: 0,
        net: '-5.0000',
        average_order: null,
      },
    ]);
  });

  test('counts orders and units in another currency without their money', async () => {
    const rows = await salesOf({
      events: [
        purchase('e1', '2026-03-01T10:00:00Z', 'o1', { currency: 'EUR', discount: '1' }),
        purchase('e2', '2026-03-01T10:00:00Z', 'o2'),
      ],
      lines: [line('o1', '2026-03-01T10:00:00Z'), line('o2', '2026-03-01T10:00:00Z')],
    });

    expect(pick(rows, 'orders', 'units', 'gross', 'discount', 'net', 'average_order')).toEqual([
      { orders: 2, units: 4, gross: '20.0000', discount: '0.0000', net: '20.0000', average_order: '10.0000' },
    ]);
  });

  const AVERAGES: [string, number, string][] = [
    ['0.0001', 2, '0.0001'],
    ['0.0001', 3, '0.0000'],
    ['0.0005', 2, '0.0003'],
    ['10', 3, '3.3333'],
    ['20', 3, '6.6667'],
    ['999999999.9999', 2, '500000000.0000'],
  ];
  for (const [gross, orders, average] of AVERAGES) {
    test(`${gross} by ${orders} orders is ${average} on average: half goes up`, async () => {
      const at = '2026-03-01T10:00:00Z';
      const ids = Array.from({ length: orders }, (_, index) => `o${index}`);

      const rows = await salesOf({
        events: ids.map((id) => purchase(`e-${id}`, at, id)),
        lines: [line('o0', at, { quantity: 1, unit_price: gross })],
      });

      expect(column(rows, 'average_order')).toEqual([average]);
    });
  }

  test('is final once the watermark has reached the end of the day', async () => {
    const events = [purchase('e1', '2026-03-01T10:00:00Z', 'o1')];

    const before = await salesOf({ events, watermark: '2026-03-01T23:59:59.999Z' });
    const at = await salesOf({ events, watermark: '2026-03-02T00:00:00Z' });
    const without = await salesOf({ events });

    expect([before, at, without].map((rows) => column(rows, 'is_final'))).toEqual([[false], [true], [false]]);
  });
});
