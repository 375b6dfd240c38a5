import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileReport } from '../../../../lambdas/ingest-files/file-report.ts';
import { openLocalFile } from '../../../../local/cli/files/local-file.ts';
import { type DuckDbEngine, openDuckDb } from '../../../../local/duckdb-engine.ts';
import { FileWorld } from '../../../lambdas/ingest-files/file-world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-parquet-'));
let engine: DuckDbEngine;
beforeAll(async () => {
  engine = await openDuckDb({ file: ':memory:' });
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the rows of a SELECT as Parquet. */
async function parquet(name: string, select: string, options = ''): Promise<string> {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  await engine.execute(`copy (${select}) to '${file}' (format parquet${options})`);
  return file;
}

function bring(
  world: FileWorld,
  file: string,
  options: Parameters<FileWorld['bring']>[2] = {},
): Promise<FileReport> {
  return world.bring('', '', { file: openLocalFile(file), ...options });
}

const ORDER = `'A-1' as order_id, timestamptz '2026-01-31 11:00:00.123456+01' as ordered_at, 'c-1' as customer_id,
  'EUR' as currency`;

describe('a file of Parquet', () => {
  it('lands as its rows would as CSV: times in UTC, money as it is, rows counted from 1', async () => {
    const world = new FileWorld();
    const file = await parquet(
      'orders.parquet',
      `select ${ORDER}, 1.50::decimal(18,4) as discount, 9.9::double as tax, null::varchar as channel, 3.0::double as note`,
    );

    const report = await bring(world, file);

    expect(report).toMatchObject({
      outcome: 'landed',
      dataset: 'orders',
      format: 'parquet',
      separator: null,
    });
    expect(report).toMatchObject({ accepted: 1, bad: 0, extraColumns: ['note'] });
    expect(world.rows('file_orders')).toEqual([
      {
        _shard_id: `file-${report.sha256.slice(0, 16)}`,
        _sequence_number: '1',
        order_id: 'A-1',
        ordered_at: '2026-01-31T10:00:00.123456Z',
        customer_id: 'c-1',
        currency: 'EUR',
        discount: '1.5000',
        tax: '9.9',
        _extra: { note: '3' },
      },
    ]);
    expect((await world.ledger.rows())[0]).toMatchObject({ fileName: 'orders.parquet', accepted: 1 });
  });

  it('keeps the order of its rows over row groups, and takes whole numbers that are stored as doubles', async () => {
    const world = new FileWorld();
    const rows = 5_000;
    const file = await parquet(
      'lines.parquet',
      `select concat('A-', i) as order_id, 1 as line_number, 'p' as product_id,
        (i % 7 + 1)::double as quantity, (i / 100.0)::decimal(18,4) as unit_price from range(${rows}) as t(i)`,
      ', row_group_size 2048',
    );

    const report = await bring(world, file);

    const landed = world.rows('file_order_lines');
    expect(report).toMatchObject({ outcome: 'landed', accepted: rows, bad: 0 });
    expect(landed.map((row) => [row._sequence_number, row.order_id, row.quantity])).toEqual(
      Array.from({ length: rows }, (_, n) => [String(n + 1), `A-${n}`, String((n % 7) + 1)]),
    );
  });

  it('holds events too, with the items of an order as a list', async () => {
    const world = new FileWorld();
    const file = await parquet(
      'events.parquet',
      `select '01890a5d-ac96-774b-bcce-b302099a8057'::uuid as event_id, 'purchase' as event_type,
        timestamptz '2020-01-31 10:00:00+00' as event_time, 'd-1' as anonymous_id, 's-1' as session_id,
        1 as schema_version, 'o-1' as order_id, 'EUR' as currency,
        [{'product_id': '7', 'quantity': 2, 'unit_price': 9.99::decimal(18,2)}] as items`,
    );

    const report = await bring(world, file);

    expect(report).toMatchObject({ outcome: 'landed', dataset: 'events', accepted: 1 });
    expect(world.rows('file_events')[0]).toMatchObject({
      event_time: '2020-01-31T10:00:00.000000Z',
      items: [{ product_id: '7', quantity: 2, unit_price: 9.99 }],
    });
    expect((await world.ledger.rows())[0]).toMatchObject({ revenueByCurrency: { EUR: '19.9800' } });
  });

  it('fault 33: of the same bytes under another name is skipped', async () => {
    const world = new FileWorld();
    const file = await parquet('one.parquet', `select ${ORDER}`);
    writeFileSync(path.join(folder, 'two.parquet'), readFileSync(file));

    await bring(world, file);

    expect(await bring(world, path.join(folder, 'two.parquet'))).toMatchObject({ outcome: 'skipped' });
  });

  it.each(['a[1]*?.parquet', "it's.parquet", 'order_id=9/x.parquet'])('may be called %s', async (name) => {
    const world = new FileWorld();
    await parquet('a1x.parquet', `select 'other' as order_id`);

    const report = await bring(
      world,
      await parquet(name.replaceAll("'", "''"), `select ${ORDER}`).then(() => path.join(folder, name)),
    );

    expect(report).toMatchObject({ outcome: 'landed', accepted: 1 });
    expect(world.rows('file_orders')[0]).toMatchObject({ order_id: 'A-1' });
  });
});

describe('bad rows of Parquet', () => {
  it('go to quarantine as CSV, with their place', async () => {
    const world = new FileWorld();
    const file = await parquet(
      'bad.parquet',
      `select ${ORDER}, 1.5::double as discount union all select ${ORDER}, 0.30000000000000004 as discount`,
    );

    const report = await bring(world, file, { maxBadRows: { kind: 'rows', rows: 1 } });

    expect(report.badRows).toEqual([
      { line: 2, reason: 'invalid_field', detail: expect.stringContaining('discount must be a decimal') },
    ]);
    expect(world.quarantined()[0]).toMatchObject({
      body: 'A-1,2026-01-31T10:00:00.123456Z,c-1,EUR,0.30000000000000004',
    });
  });
});

describe('Parquet is refused, in words that say what to do', () => {
  it.each([
    [
      'with times without a zone',
      `select ${ORDER.replace('timestamptz', 'timestamp')}`,
      'stored without a zone',
    ],
    [
      'with dates for times',
      `select ${ORDER}`.replace(/timestamptz '[^']+'/, "date '2026-01-31'"),
      'without a zone',
    ],
    [
      'with a renamed column',
      `select ${ORDER.replace('order_id', '"Order ID"')}`,
      'rename "order id" to order_id',
    ],
    ['of nobody knows what', 'select 1 as a', '--dataset'],
  ])('%s', async (_, select, words) => {
    const world = new FileWorld();

    const report = await bring(world, await parquet('refused.parquet', select));

    expect(report.outcome).toBe('refused');
    expect(report.detail).toContain(words);
    expect(await world.ledger.rows()).toEqual([]);
  });

  it.each([
    ['that is damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 4), bytes.subarray(9)])],
    ['that is cut off', (bytes: Buffer) => bytes.subarray(0, -20)],
    ['of which nothing is left', (bytes: Buffer) => bytes.subarray(0, 4)],
  ])('%s', async (_, spoil) => {
    const world = new FileWorld();
    const file = await parquet('whole.parquet', `select ${ORDER} from range(100)`);
    writeFileSync(file, spoil(readFileSync(file)));

    const report = await bring(world, file, { maxBadRows: { kind: 'percent', percent: 100 } });

    expect(report).toMatchObject({ outcome: 'refused', problem: 'not_a_table' });
    expect(report.detail).toMatch(/^whole\.parquet cannot be read as Parquet: it is damaged/);
    expect(await world.ledger.rows()).toEqual([]);
  });

  it('that changed while it was read', async () => {
    const world = new FileWorld();
    const file = await parquet('changes.parquet', `select ${ORDER}`);
    const local = openLocalFile(file);
    let opened = 0;
    const changing = {
      ...local,
      open: () => {
        opened += 1;
        if (opened === 3) writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')]));
        return local.open();
      },
    };

    const report = await world.bring('', '', { file: changing });

    expect(report).toMatchObject({ outcome: 'refused', problem: 'changed' });
  });
});
