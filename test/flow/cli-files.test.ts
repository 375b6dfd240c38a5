import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, test } from 'vitest';
import { cli, type Ended, event, onlyLine, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');
afterAll(remove);

function file(name: string, content: string | Uint8Array): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

function ingest(...args: readonly string[]): Promise<Ended> {
  return cli(['ingest', 'files', ...args, '--lake', lake, '--quiet']);
}

async function query(sql: string): Promise<unknown> {
  return JSON.parse((await cli(['query', sql, '--lake', lake, '--json'])).stdout);
}

const ORDERS = [
  'order_id;ordered_at;customer_id;currency;discount',
  'A-1;2026-02-28T23:30:00Z;c-1;EUR;1.50',
  'A-2;yesterday;c-2;EUR;',
].join('\n');

describe('ingest files', () => {
  it('refuses a file for its bad rows with exit code 3, and makes it count nowhere', async () => {
    const ended = await ingest(file('orders.csv', ORDERS), '--json');

    const [report] = JSON.parse(ended.stdout).files;
    expect(ended.code).toBe(3);
    expect(report).toMatchObject({ outcome: 'refused', problem: 'too_many_bad_rows', bad_rows: 1 });
    expect(report.examples).toEqual([
      { line: 3, reason: 'invalid_field', detail: expect.stringContaining('ordered_at must be a time') },
    ]);
    expect(JSON.parse(onlyLine(ended))).toMatchObject({ error: { code: 'file_bad_rows' } });
  });

  it('lands files of several datasets, each told by its columns, and run builds their tables', async () => {
    const lines = 'order_id,line_number,product_id,quantity,unit_price\nA-1,1,p,2,9.99\n';
    const history = [event(1, { event_time: '2019-01-01T00:00:00Z' }), purchase(2), 'no event'].join('\n');

    const ended = await ingest(
      path.join(folder, 'orders.csv'),
      file('lines.csv', lines),
      file('history.ndjson.gz', gzipSync(history)),
      '--max-bad-rows',
      '50%',
    );
    const run = await cli(['run', '--lake', lake, '--json', '--quiet']);

    expect(ended.stdout).toContain('orders (csv parted by ;), landed 1 row, 1 in quarantine.');
    expect(ended.stdout).toContain('events (ndjson), landed 2 rows, 1 in quarantine.');
    expect([ended.code, run.code]).toEqual([0, 0]);
    expect(
      await query(`select
        (select count(*) from stg_events) as events,
        (select sum(gross) from fct_orders where order_source = 'web') as gross,
        (select count(*) from stg_file_orders) as orders,
        (select sum(quantity * unit_price) from stg_file_order_lines) as lines,
        (select string_agg(concat(_dataset, ' ', reason), ', ' order by _dataset) from raw_file_quarantine) as bad`),
    ).toEqual([
      {
        events: 2,
        gross: '21.0000',
        orders: 1,
        lines: '19.9800',
        bad: 'events not_json, orders invalid_field',
      },
    ]);
  });

  it('fault 33: the same bytes under another name are skipped, and the ledger says so', async () => {
    const ended = await ingest(file('again.csv', ORDERS));

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('skipped, the same content landed before as orders.csv');
    await cli(['run', '--lake', lake, '--quiet']);
    expect(
      await query(`select file_name, received from ledger where source = 'file_orders' order by 1`),
    ).toEqual([
      { file_name: 'again.csv', received: 0 },
      { file_name: 'orders.csv', received: 2 },
    ]);
  });

  it('stand in status with their rows; a skipped one does not count', async () => {
    const { stdout } = await cli(['status', '--lake', lake]);

    expect(stdout).toMatch(
      /^file_orders +1 file: 1 row, 1 in quarantine \(invalid_field 1\); 1 copy skipped;/m,
    );
  });

  it('are listed with their bad rows by reason, and where those lie', async () => {
    const text = await cli(['datasets', '--files', '--lake', lake]);
    const { files } = JSON.parse((await cli(['datasets', '--files', '--lake', lake, '--json'])).stdout);

    const orders = files.find((each: { dataset: string }) => each.dataset === 'orders');
    expect(text.stdout).toMatch(/^orders +orders\.csv +20\S+Z +1 +invalid_field 1 +again\.csv$/m);
    expect(text.stdout).toContain('2 bad rows: `query "select');
    expect(files.map((each: { dataset: string }) => each.dataset)).toEqual([
      'events',
      'orders',
      'order_lines',
    ]);
    expect(orders).toMatchObject({
      rows: 2,
      accepted: 1,
      quarantined: 1,
      is_staged: true,
      skipped_as: ['again.csv'],
    });
    expect(
      await query(
        `select _sequence_number, reason, body from raw_file_quarantine where _shard_id = '${orders.shard_id}'`,
      ),
    ).toEqual([{ _sequence_number: '3', reason: 'invalid_field', body: 'A-2;yesterday;c-2;EUR;' }]);
  });

  it('a dry run makes no lake, and says what would land', async () => {
    const nowhere = path.join(folder, 'no-lake');

    const ended = await cli([
      'ingest',
      'files',
      path.join(folder, 'lines.csv'),
      '--dry-run',
      '--lake',
      nowhere,
    ]);

    expect(ended.stdout).toContain('order_lines (csv parted by ,), would land 1 row.');
    expect([ended.code, existsSync(nowhere)]).toEqual([0, false]);
  });

  it.each([
    ['a directory', () => folder, 'input_directory', 'is a directory'],
    ['what is not there', () => path.join(folder, 'none.csv'), 'input_missing', 'does not exist'],
    ['an empty file', () => file('empty.csv', ''), 'file_empty', 'holds no row'],
    ['Latin-1', () => file('latin.csv', Buffer.from(`${ORDERS}\nJörg`, 'latin1')), 'file_not_utf8', 'iconv'],
  ])('%s: one line, exit code 1', async (_, target, code, words) => {
    const ended = await ingest(target(), '--json');

    const { error } = JSON.parse(onlyLine(ended));
    expect(ended.code).toBe(1);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });

  it.each([
    ['--separator', ':'],
    ['--max-bad-rows', '101%'],
    ['--dataset', 'nothing'],
  ])('%s %s is wrong usage, exit code 2', async (option, value) => {
    mkdirSync(folder, { recursive: true });
    const ended = await ingest(path.join(folder, 'orders.csv'), option, value);

    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain('llowed');
  });
});

test('datasets lists the catalogue with its columns', async () => {
  const text = await cli(['datasets']);
  const { datasets } = JSON.parse((await cli(['datasets', '--json'])).stdout);

  expect(text.stdout).toContain('  order_id*');
  expect(datasets.map(({ name }: { name: string }) => name)).toEqual(['events', 'orders', 'order_lines']);
  expect(datasets[2]).toMatchObject({ key: ['order_id', 'line_number'], max_bad_rows: '0', mode: 'append' });
});
