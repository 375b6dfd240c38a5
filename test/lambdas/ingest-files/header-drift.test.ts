import { describe, expect, it } from 'vitest';
import { FileWorld } from './file-world.ts';

/** What a shop exports today, and what it exported yesterday: the same columns in this order. */
const CELLS: Readonly<Record<string, string>> = {
  order_id: 'A-1',
  ordered_at: '2026-01-31T10:00:00Z',
  customer_id: 'c-1',
  currency: 'EUR',
  discount: '1.50',
};

function fileOf(cells: Readonly<Record<string, string>>): string {
  return `${Object.keys(cells).join(',')}\n${Object.values(cells).join(',')}\n`;
}

async function bring(cells: Readonly<Record<string, string>>) {
  const world = new FileWorld();
  const report = await world.bring('orders.csv', fileOf(cells));
  return { report, row: world.rows('file_orders')[0], ledger: await world.ledger.rows() };
}

describe('fault 41: a header that drifts', () => {
  const { discount: _, ...withoutOptional } = CELLS;
  const { currency: __, ...withoutRequired } = CELLS;

  it.each([
    ['in order', Object.fromEntries(Object.entries(CELLS).toReversed())],
    [
      'in letter case',
      Object.fromEntries(Object.entries(CELLS).map(([name, cell]) => [name.toUpperCase(), cell])),
    ],
    ['in blanks', Object.fromEntries(Object.entries(CELLS).map(([name, cell]) => [` ${name} `, cell]))],
  ])('%s alone lands the same row', async (_how, cells) => {
    const { row: expected } = await bring(CELLS);

    const { report, row } = await bring(cells);

    expect(report).toMatchObject({ outcome: 'landed', extraColumns: [] });
    expect({ ...row, _shard_id: '' }).toEqual({ ...expected, _shard_id: '' });
  });

  it('by a new column lands with it, kept apart and told by name', async () => {
    const { report, row } = await bring({ ...CELLS, 'Gift Note': 'none' });

    expect(report).toMatchObject({ outcome: 'landed', extraColumns: ['gift note'] });
    expect(row).toMatchObject({ order_id: 'A-1', _extra: { 'gift note': 'none' } });
  });

  it('by an optional column that is gone lands without it, told by name', async () => {
    const { report, row } = await bring(withoutOptional);

    expect(report.outcome).toBe('landed');
    expect(report.absentColumns).toContain('discount');
    expect(row).not.toHaveProperty('discount');
  });

  it.each([
    ['a required column that is gone', withoutRequired, 'the header lacks currency of the dataset orders'],
    [
      'a required column that was renamed',
      { ...withoutRequired, Currency_: 'EUR' },
      'rename "currency_" to currency',
    ],
    ['a column of our own names', { ...CELLS, _sequence_number: '9' }, 'names that begin with _'],
    ['a column twice', { ...CELLS, Order_ID: 'B' }, 'order_id more than once'],
    ['a column without name', { ...CELLS, '': 'x' }, 'column 6 of the header has no name'],
  ])('by %s is refused whole, in words', async (_how, cells, words) => {
    const { report, ledger } = await bring(cells);

    expect(report).toMatchObject({ outcome: 'refused', problem: 'header' });
    expect(report.detail).toContain('orders.csv: ');
    expect(report.detail).toContain(words);
    expect(ledger).toEqual([]);
  });
});
