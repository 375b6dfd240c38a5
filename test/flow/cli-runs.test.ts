import { readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import { openLake } from '../../local/lake.ts';
import { cli, event, onlyLine, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');
const empty = path.join(folder, 'empty');

async function send(number: number) {
  const sent = await cli(['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'], {
    stdin: [event(number), purchase(number + 1)].join('\n'),
  });
  if (sent.code !== 0) throw new Error(sent.stderr);
}

async function answer(...args: readonly string[]) {
  const ended = await cli([...args, '--lake', lake, '--json', '--quiet']);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

beforeAll(async () => {
  const made = await cli(['send', '-', '--lake', empty, '--quiet'], { stdin: event(9) });
  await send(1);
  const first = await answer('run');
  if (made.code !== 0 || first.run.status !== 'succeeded') throw new Error(made.stderr);
}, 60_000);

describe('a lake without a run', () => {
  it('has no runs and no checks, and says so', async () => {
    const runs = await cli(['runs', '--lake', empty]);
    const checks = await cli(['checks', '--lake', empty]);

    expect(runs).toMatchObject({ code: 0, stdout: 'No run yet that had anything to do.\n' });
    expect(checks.stdout).toContain('Nothing has been checked yet');
  });
});

describe('runs', () => {
  it('lists a run with what it changed and published, and shows it step by step', async () => {
    const { runs } = await answer('runs');
    const shown = await answer('runs', 'show', runs[0].run_id.slice(0, 20));

    expect(runs).toMatchObject([{ status: 'succeeded', bad_rows: { error: 0 } }]);
    expect(readdirSync(path.join(lake, 'builds'))).toContain(runs[0].build);
    expect(shown.steps.every((step: { state: string }) => step.state === 'done')).toBe(true);
    expect(shown.steps).toContainEqual(expect.objectContaining({ model: 'stg_events', rows: 2 }));
    expect(shown.steps.at(-1)).toMatchObject({ step: 'publish', scanned_bytes: null });
    expect((await cli(['runs', '--lake', lake])).stdout).toContain('succeeded');
  });

  it('refuses an id that no run has', async () => {
    expect(onlyLine(await cli(['runs', 'show', 'x', '--lake', lake, '--quiet']))).toContain(
      'No run that is kept',
    );
  });
});

describe('run --dry-run', () => {
  it('tells what would be staged and read, and changes nothing', async () => {
    const before = readFileSync(openLake(empty).stateFile);
    const waits = await cli(['run', '--dry-run', '--lake', empty]);
    const { plan } = await answer('run', '--dry-run');

    expect(waits.stdout).toContain('First: land 1 record that wait in the stream');
    expect(waits.stdout).toContain('Nothing is due in what has landed.');
    expect(plan).toMatchObject({ reason: null, steps: [], read_objects: { objects: 0 } });
    expect(readFileSync(openLake(empty).stateFile)).toEqual(before);
    expect((await answer('runs')).runs).toHaveLength(1);
  });
});

describe('models', () => {
  it('lists the graph, and explains one model in the SQL of an engine', async () => {
    const listed = await cli(['models', '--json']);
    const explained = await cli(['models', '--explain', 'fct_orders', '--dialect', 'athena']);
    const unknown = await cli(['models', '--explain', 'fct_order', '--quiet']);

    const orders = JSON.parse(listed.stdout).models.find(
      ({ name }: { name: string }) => name === 'fct_orders',
    );
    expect(orders).toMatchObject({ kind: 'table', key: ['order_id'], partition: 'order_date' });
    expect(explained.stdout).toContain('merge into fct_orders as target');
    expect(explained.stdout).toContain("tblproperties ('table_type' = 'ICEBERG'");
    expect(onlyLine(unknown)).toContain('There is no model "fct_order"; there are fct_orders');
  });
});

describe('checks', () => {
  it('shows what the last run found, and the table check_results holds it', async () => {
    const { run_id, checks } = await answer('checks');
    const rows = await answer('query', 'select run_id, check_name, bad_rows from check_results');

    expect(rows).toHaveLength(checks.length);
    expect(rows[0].run_id).toBe(run_id);
    expect(
      checks.every(
        ({ severity, bad_rows: bad }: { severity: string; bad_rows: number }) =>
          severity === 'warn' || bad === 0,
      ),
    ).toBe(true);
  });
});

describe('export', () => {
  it('reads the published build while a run writes the tables', async () => {
    const engine = await openDuckDb({ file: openLake(lake).databaseFile });
    await engine.execute('begin transaction');
    await engine.execute('delete from fct_orders');
    try {
      const query = await cli(['query', 'select 1', '--lake', lake, '--wait', '0', '--quiet']);
      const exported = await cli(['export', 'fct_orders', '--format', 'ndjson', '--lake', lake, '--quiet']);

      expect(query.code).toBe(1);
      expect(exported).toMatchObject({ code: 0, stderr: '' });
      expect(exported.stdout.trimEnd().split('\n')).toHaveLength(1);
    } finally {
      await engine.execute('rollback');
      engine.close();
    }
  });

  it('gives every value as the tables hold it', async () => {
    const live = await cli(['query', 'from fct_orders order by order_id', '--format', 'csv', '--lake', lake]);
    const published = await cli(['export', 'fct_orders', '--format', 'csv', '--lake', lake]);
    const view = await cli(['export', 'bi_fct_orders', '--format', 'csv', '--lake', lake]);

    expect(published.stdout).toBe(live.stdout);
    expect(view.stdout).toContain('gross_double');
  });

  it('fault 42: keeps the last good build when a check stops the run', async () => {
    const before = readFileSync(path.join(lake, 'builds', 'current.json'), 'utf8');
    await send(3);
    // A batch whose ledger row counts a record too many.
    await cli(['run', '--lake', lake, '--quiet', '--json']);
    const good = readFileSync(path.join(lake, 'builds', 'current.json'), 'utf8');
    await send(5);
    const state = new DatabaseSync(openLake(lake).stateFile);
    state.exec(`create trigger spoiled after insert on ledger begin
      update ledger set body = json_set(body, '$.received', 9) where ledger_id = new.ledger_id; end`);
    const failed = await cli(['run', '--lake', lake, '--quiet', '--json']);
    state.close();
    const exported = await cli(['export', 'fct_orders', '--format', 'ndjson', '--lake', lake, '--quiet']);
    const checks = await answer('checks');

    expect(good).not.toBe(before);
    expect(failed.code).toBe(3);
    expect(readFileSync(path.join(lake, 'builds', 'current.json'), 'utf8')).toBe(good);
    expect(exported.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(checks).toMatchObject({ status: 'failed' });
    expect(checks.checks).toContainEqual(expect.objectContaining({ check: 'ledger_balances', bad_rows: 1 }));
    expect(
      await answer(
        'query',
        "select bad_rows from check_results where check_name = 'ledger_balances' order by bad_rows",
      ),
    ).toEqual([{ bad_rows: 0 }, { bad_rows: 0 }, { bad_rows: 1 }]);
    expect((await answer('runs')).runs[0]).toMatchObject({ status: 'failed', build: null });
  }, 60_000);

  it('says so when the builds are gone', async () => {
    renameSync(path.join(lake, 'builds'), path.join(lake, 'builds-away'));

    const none = await cli(['export', 'fct_orders', '--lake', lake, '--quiet']);

    expect(onlyLine(none)).toContain('no published build yet');
  });
});
