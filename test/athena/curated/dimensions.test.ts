import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';

describe('dim_product', () => {
  test('holds from 1970 on, each version until the next, the last one open', async () => {
    const product = { id: '1', title: 'Mug', category: 'kitchen', is_synthetic_created_at: true };

    const built = await buildModels(
      {
        stg_products: [
          { ...product, valid_from: '2026-01-01T00:00:00Z', price: '9', is_active: true },
          { ...product, valid_from: '2026-01-02T00:00:00Z', price: '9', is_active: false },
        ],
      },
      ['dim_product'],
    );

    expect(built.dim_product).toEqual([
      {
        product_id: '1',
        valid_from: '1970-01-01 00:00:00.000000',
        valid_to: '2026-01-02 00:00:00.000000',
        is_current: false,
        name: 'Mug',
        category: 'kitchen',
        price: '9.0000',
        is_active: true,
        is_synthetic: false,
        updated_at: '2026-01-01 00:00:00.000000',
      },
      {
        product_id: '1',
        valid_from: '2026-01-02 00:00:00.000000',
        valid_to: null,
        is_current: true,
        name: 'Mug',
        category: 'kitchen',
        price: '9.0000',
        is_active: false,
        is_synthetic: false,
        updated_at: '2026-01-02 00:00:00.000000',
      },
    ]);
  });
});

describe('dim_date', () => {
  async function calendar(...dates: readonly string[]) {
    const built = await buildModels(
      { customer_days: dates.map((date) => ({ customer_id: 'u:ann', activity_date: date })) },
      ['dim_date'],
    );
    return built.dim_date;
  }

  test('has every date of the years from the first to the last activity', async () => {
    const dates = column(await calendar('2023-12-31', '2024-01-01'), 'date');

    expect(dates.length).toBe(365 + 366);
    expect([dates.at(0), dates.at(-1)]).toEqual(['2023-01-01', '2024-12-31']);
    expect(dates).toContain('2024-02-29');
  });

  test('counts weeks after ISO 8601, from Monday', async () => {
    const rows = await calendar('2026-05-05', '2027-01-01');
    const dates = rows.filter((row) => ['2026-01-01', '2027-01-03'].includes(String(row.date)));

    expect(pick(dates, 'date', 'iso_week', 'day_of_week', 'is_weekend', 'week_start')).toEqual([
      { date: '2026-01-01', iso_week: 1, day_of_week: 4, is_weekend: false, week_start: '2025-12-29' },
      { date: '2027-01-03', iso_week: 53, day_of_week: 7, is_weekend: true, week_start: '2026-12-28' },
    ]);
  });

  test('knows year, quarter and month', async () => {
    const rows = (await calendar('2026-05-05')).filter((row) => row.date === '2026-12-31');

    expect(pick(rows, 'year', 'quarter', 'month', 'month_start')).toEqual([
      { year: 2026, quarter: 4, month: 12, month_start: '2026-12-01' },
    ]);
  });
});
