import { describe, expect, it } from 'vitest';
import { type GivenRow, runModel } from '../harness.ts';
import { ledgerObject, timestamp } from '../rows.ts';

/** Files of a dataset, each brought at a time of its own. */
function files(source: string, arrivals: Readonly<Record<string, string>>): GivenRow[] {
  return Object.entries(arrivals).map(([id, arrival]) =>
    ledgerObject(id, { source, arrival_time: arrival, ingest_date: arrival.slice(0, 10) }),
  );
}

const ARRIVALS = {
  monday: '2026-03-02T06:00:00Z',
  tuesday: '2026-03-03T06:00:00Z',
  also_tuesday: '2026-03-03T06:00:00Z',
};

function order(file: string, line: number, row: GivenRow = {}): GivenRow {
  return {
    _sequence_number: String(line),
    $path: `lake/${file}`,
    order_id: 'A-1',
    ordered_at: '2026-02-01T00:30:00+01:00',
    customer_id: 'c1',
    currency: 'EUR',
    ...row,
  };
}

function line(file: string, at: number, row: GivenRow = {}): GivenRow {
  return {
    _sequence_number: String(at),
    $path: `lake/${file}`,
    order_id: 'A-1',
    line_number: '1',
    product_id: 'p1',
    quantity: '2',
    unit_price: '9.9900',
    ...row,
  };
}

describe('stg_file_orders', () => {
  const staged = (rows: readonly GivenRow[]) =>
    runModel('stg_file_orders', {
      ledger_objects: files('file_orders', ARRIVALS),
      raw_file_orders: rows,
    });

  it('is typed: time in UTC, its date, money with four places', async () => {
    const [row] = await staged([order('monday', 2, { discount: '1.5', channel: 'email', country: 'DE' })]);

    expect(row).toEqual({
      order_id: 'A-1',
      order_date: '2026-01-31',
      ordered_at: timestamp('2026-01-31T23:30:00Z'),
      shop_customer_id: 'c1',
      currency: 'EUR',
      discount: '1.5000',
      shipping: null,
      tax: null,
      channel: 'email',
      country: 'DE',
      arrival_time: timestamp(ARRIVALS.monday),
      ledger_id: 'monday',
      file_line_number: 2,
    });
  });

  it('has an order as the newest file tells it, in one file the last line of it', async () => {
    const rows = await staged([
      order('tuesday', 3, { customer_id: 'third' }),
      order('tuesday', 10, { customer_id: 'tenth' }),
      order('monday', 99, { customer_id: 'older' }),
      order('monday', 4, { order_id: 'A-2' }),
    ]);

    expect(rows.map((row) => [row.order_id, row.shop_customer_id])).toEqual([
      ['A-1', 'tenth'],
      ['A-2', 'c1'],
    ]);
  });

  it('reads only what the ledger names', async () => {
    expect(await staged([order('nobody', 2)])).toEqual([]);
  });
});

describe('stg_file_order_lines', () => {
  const staged = async (rows: readonly GivenRow[]) => {
    const found = await runModel('stg_file_order_lines', {
      ledger_objects: files('file_order_lines', ARRIVALS),
      raw_file_order_lines: rows,
    });
    return found.map((row) => [row.order_id, row.line_number, row.quantity, row.unit_price]);
  };

  it('has all lines of an order, from all files of its newest time', async () => {
    const rows = await staged([line('tuesday', 2), line('also_tuesday', 2, { line_number: '2' })]);

    expect(rows).toEqual([
      ['A-1', 1, 2, '9.9900'],
      ['A-1', 2, 2, '9.9900'],
    ]);
  });

  it('forgets a line that a newer file of the order no longer has, and no line of other orders', async () => {
    const rows = await staged([
      line('monday', 2, { line_number: '1' }),
      line('monday', 3, { line_number: '2' }),
      line('monday', 4, { order_id: 'A-2' }),
      line('tuesday', 2, { line_number: '1', quantity: '5' }),
    ]);

    expect(rows).toEqual([
      ['A-1', 1, 5, '9.9900'],
      ['A-2', 1, 2, '9.9900'],
    ]);
  });

  it('takes of a line that stands twice the later one', async () => {
    const rows = await staged([line('monday', 9, { quantity: '1' }), line('monday', 10, { quantity: '3' })]);

    expect(rows).toEqual([['A-1', 1, 3, '9.9900']]);
  });
});
