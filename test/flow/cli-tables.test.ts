import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProcess, cli, event, onlyLine, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');

const LINES = [
  // Equal content, different ids: two events.
  event(1),
  event(2),
  // The same event twice: one.
  event(3, { search_term: undefined, page_path: '/=1+1' }),
  event(3, { search_term: undefined, page_path: '/=1+1' }),
  purchase(4),
  // A second currency is counted, not added.
  purchase(5, { currency: 'EUR' }),
  // Exactly three days late is in time, a microsecond more is not.
  event(6, { event_time: '2026-03-01T10:00:00Z', sent_time: '2026-03-04T10:00:00Z' }),
  event(7, { event_time: '2026-03-01T09:59:59.999999Z', sent_time: '2026-03-04T10:00:00Z' }),
  'no json',
];

/** Rows of a query, as objects. */
async function rows(sql: string) {
  const ended = await cli(['query', sql, '--lake', lake, '--json']);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

let answer: { run: Record<string, unknown> };
beforeAll(async () => {
  const sent = await cli(['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'], {
    stdin: LINES.join('\n'),
  });
  const run = await cli(['run', '--lake', lake, '--json', '--quiet']);
  if (sent.code !== 0 || run.code !== 0) throw new Error(sent.stderr + run.stderr);
  answer = JSON.parse(run.stdout);
}, 60_000);

describe('run', () => {
  it('balances what arrived with what became of it', () => {
    expect(answer.run.reconciliation).toEqual({
      received: 9,
      accepted: 7,
      duplicate: 1,
      quarantined: 1,
      staged: 6,
      too_late: 1,
      collapsed: 0,
      conflicts: 0,
      set_aside: 0,
      redelivered: 0,
      orphaned: 0,
    });
  });

  it('does nothing when nothing is due, and a forced build changes no row', async () => {
    const again = await cli(['run', '--lake', lake, '--json', '--quiet']);
    const forced = await cli(['build', '--force', '--lake', lake, '--json', '--quiet']);

    expect(JSON.parse(again.stdout).run).toMatchObject({ status: 'unchanged', rows_changed: 0 });
    expect(JSON.parse(forced.stdout).run).toMatchObject({ status: 'succeeded', rows_changed: 0 });
    expect(JSON.parse(forced.stdout).run.models.length).toBeGreaterThan(15);
  });
});

describe('--currency of a lake that reports in USD', () => {
  it.each(['run', 'build'])('is refused by %s when it is another, and nothing is done', async (command) => {
    const other = await cli([command, '--currency', 'EUR', '--lake', lake]);
    const same = await cli([command, '--currency', 'USD', '--lake', lake, '--quiet']);

    expect(onlyLine(other)).toContain(
      'reports in USD, fixed by its first build, and --currency asks for EUR',
    );
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(same).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('status', () => {
  it('says what arrived, what came too late and what is in another currency', async () => {
    const json = await cli(['status', '--lake', lake, '--json']);
    const text = await cli(['status', '--lake', lake]);

    expect(JSON.parse(json.stdout)).toMatchObject({
      events: { received: 9, accepted: 7, duplicate: 1, quarantined: 1, quarantine_reasons: { not_json: 1 } },
      waiting: { records: 0, oldest_arrival: null },
      too_late_events: 1,
      other_currency: { total: 1, orders: 1, refunds: 0 },
      reporting_currency: 'USD',
      watermark: '2026-03-01T10:00:00.000Z',
      last_run: { status: 'succeeded' },
    });
    expect(text.stdout).toContain('1 event, kept in stg_late_events');
    expect(text.stdout).toContain('1 order and 0 refunds, counted without money');
  });
});

describe('query', () => {
  it('gives money with four places and times with Z, in every format', async () => {
    const sql = `select order_id, net, ordered_at, session_id from fct_orders where order_id = 'o-4'`;

    const csv = await cli(['query', sql, '--lake', lake, '--format', 'csv']);
    const table = await cli(['query', sql, '--lake', lake]);

    expect(csv.stdout).toBe(
      'order_id,net,ordered_at,session_id\r\no-4,21.0000,2026-03-01T10:00:00.000000Z,s-1\r\n',
    );
    expect(await rows(sql)).toEqual([
      { order_id: 'o-4', net: '21.0000', ordered_at: '2026-03-01T10:00:00.000000Z', session_id: 's-1' },
    ]);
    expect(table.stdout).toContain('o-4       21.0000  2026-03-01T10:00:00Z  s-1');
  });

  it('counts two events of equal content, and an order of another currency without its money', async () => {
    expect(await rows("select count(*) as n from stg_events where event_type = 'page_view'")).toEqual([
      { n: 4 },
    ]);
    expect(await rows('select original_currency, gross from fct_orders order by 1')).toEqual([
      { original_currency: 'EUR', gross: null },
      { original_currency: 'USD', gross: '21.0000' },
    ]);
  });

  it('reads the raw zone, from whatever folder it is asked', async () => {
    expect(await rows('select reason, body from raw_quarantine')).toEqual([
      { reason: 'not_json', body: 'no json' },
    ]);
  });

  it.each([
    ["copy (select 1) to 'stolen.csv'", 2],
    [`copy (select 1) to '${lake}/objects/forged.csv'`, 2],
    ['drop table fct_orders', 2],
    ["attach 'other.db'", 2],
    ['select 1; select 2', 2],
    ['explain select 1; drop table fct_orders', 2],
    ['explain drop table fct_orders', 2],
    [`explain analyze copy (select 1) to '${lake}/objects/forged.csv'`, 2],
    ['-- nothing but\n-- comments', 2],
    ['set enable_external_access = true', 2],
    ["select * from read_text('/etc/passwd')", 1],
    ["select * from read_csv('/etc/passwd')", 1],
    [`select * from read_blob('${lake}/state.sqlite')`, 1],
    [`select * from read_blob('${lake}/objects/../state.sqlite')`, 1],
    ["select * from glob('/etc/*')", 1],
    ['select * from nowhere', 1],
    ['selec 1', 1],
  ])('refuses %s in one line', async (sql, code) => {
    const ended = await cli(['query', sql, '--lake', lake]);

    expect(onlyLine(ended)).toMatch(/^millpond: /);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(existsSync(path.join(lake, 'objects', 'forged.csv'))).toBe(false);
  });

  it('takes a statement that begins with a comment, before or after an option', async () => {
    const sql = '-- a=b; --c\nselect 1 as one';

    const first = await cli(['query', sql, '--lake', lake, '--format', 'ndjson']);
    const last = await cli(['query', '--format', 'ndjson', '--lake', lake, '--', sql]);

    expect(first).toMatchObject({ code: 0, stdout: '{"one":1}\n' });
    expect(last).toMatchObject({ code: 0, stdout: '{"one":1}\n' });
  });

  it('draws the plan of a statement', async () => {
    const text = await cli(['query', '/* why */ explain select * from fct_orders', '--lake', lake]);
    const json = await cli(['query', 'explain analyze select 1', '--lake', lake, '--json']);

    expect(text.stdout).toMatch(/^│ +SEQ_SCAN +│$/m);
    expect(text.code).toBe(0);
    expect(JSON.parse(json.stdout)).toHaveLength(1);
  });

  it('cuts long cells of a table, also in a pipe, and keeps them in csv', async () => {
    const sql = `select repeat('x', 61) as a, repeat('y', 60) as b`;

    const table = await cli(['query', sql, '--lake', lake]);
    const csv = await cli(['query', sql, '--lake', lake, '--format', 'csv']);

    expect(table.stdout).toContain(`${'x'.repeat(59)}…  ${'y'.repeat(60)}\n`);
    expect(csv.stdout).toContain(`${'x'.repeat(61)},`);
  });

  it('says where the tables are listed when there is none of that name', async () => {
    const ended = await cli(['query', 'select * from nowhere', '--lake', lake]);

    expect(onlyLine(ended)).toContain('nowhere does not exist!');
    expect(onlyLine(ended)).toContain('The command `tables` lists those of the lake.');
  });

  it('takes the statement from stdin', async () => {
    const ended = await cli(['query', '-', '--lake', lake, '--format', 'ndjson'], {
      stdin: 'select 1 as one\n;',
    });

    expect(ended).toMatchObject({ code: 0, stdout: '{"one":1}\n' });
  });
});

describe('export', () => {
  it('writes rows in the order of their key', async () => {
    const ended = await cli(['export', 'dim_date', '--lake', lake, '--format', 'csv', '--quiet']);

    const dates = ended.stdout
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.slice(0, 10));
    expect(dates.length).toBe(365);
    expect(dates).toEqual([...dates].sort());
  });

  it('writes a whole table to a file whose name gives the format', async () => {
    const out = path.join(folder, 'orders.ndjson');

    const ended = await cli(['export', 'fct_orders', '--lake', lake, '--out', out]);

    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect(existsSync(`${out}.part`)).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('says when no space is left', async () => {
    const ended = await cli(['export', 'dim_date', '--lake', lake, '--out', '/dev/full', '--quiet']);

    expect(onlyLine(ended)).toContain('no space is left; free some and run the command again');
    expect(ended.code).toBe(1);
  });

  it('names the tables when there is none of that name', async () => {
    const ended = await cli(['export', 'orders', '--lake', lake, '--quiet']);

    expect(onlyLine(ended)).toContain(
      "There is no table 'orders' in the published build; there are bi_fct_orders, fct_orders",
    );
    expect(ended.code).toBe(1);
  });

  it('says where a table is that no build holds', async () => {
    const ended = await cli(['export', 'session_summary', '--lake', lake, '--quiet']);

    expect(onlyLine(ended)).toBe("millpond: 'session_summary' is in no published build; `query` reads it.");
    expect(ended.code).toBe(1);
  });

  it('does not mind a reader that has seen enough', async () => {
    const process = new CliProcess(['export', 'dim_date', '--lake', lake, '--quiet']);
    process.child.stdout.destroy();

    expect(await process.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

it('tables lists rows, grain and meaning', async () => {
  const ended = await cli(['tables', '--lake', lake, '--json']);

  const { tables } = JSON.parse(ended.stdout);
  const byName = new Map(tables.map((table: { name: string }) => [table.name, table]));
  expect(byName.get('stg_events')).toMatchObject({ zone: 'staging', rows: 6, key: ['event_id'] });
  expect(byName.get('raw_events')).toMatchObject({ zone: 'sources', rows: 7 });
  expect(byName.get('fct_orders')).toMatchObject({ grain: 'one row per order' });
});
