import { expect, it } from 'vitest';
import { readModels } from '../../../local/model-files.ts';
import { buildModels } from '../../athena/build-models.ts';
import { dateRows } from '../../oracle/dates.ts';
import { generateHistory } from './generate.ts';
import { playHistory } from './play-history.ts';

it('fault 66: every day from 2020 to 2032 has the week, month and weekday that the oracle counts', async () => {
  const day = { customer_id: 'u:ann', events: 1, sessions: 0, orders: 0, gross: '0', discount: '0' };
  const { dim_date } = await buildModels(
    {
      customer_days: ['2020-06-01', '2032-06-01'].map((activity_date) => ({
        ...day,
        activity_date,
        refunds: '0',
        net: '0',
        was_active: true,
        was_buyer: false,
      })),
    },
    ['dim_date'],
  );

  const counted = dateRows(['2020-06-01', '2032-06-01']);
  const built = dim_date.map(({ updated_at: _, ...row }) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [name, typeof cell === 'bigint' ? Number(cell) : cell]),
    ),
  );
  expect(counted.filter((row) => row.iso_week === 53).map((row) => row.date)).toHaveLength(7 + 7 + 5);
  expect(counted.map((row) => row.date)).toContain('2028-02-29');
  expect(built).toEqual(counted);
});

it('fault 66: clocks that are put forward where the machine stands change no table', async () => {
  const zone = process.env.TZ;
  const history = firstOver('plain days', 'two months');
  try {
    process.env.TZ = 'Europe/Berlin';
    expect(new Date('2026-03-29T01:30:00Z').getHours()).toBe(3);

    const { breaches } = await playHistory(history, { library: readModels(), isRebuilt: false });

    expect(breaches).toEqual([]);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

/** From 10 March 2026 on, so over the 29th. */
function firstOver(...edges: readonly string[]) {
  for (let number = 0; ; number += 1) {
    const history = generateHistory(7, number);
    if (edges.every((edge) => history.edges.has(edge))) return history;
  }
}
