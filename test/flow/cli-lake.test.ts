import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import { openLake, openOrCreateLake } from '../../local/lake.ts';
import { formatHolder } from '../../local/lake-holder.ts';
import { openLakeStores } from '../../local/lake-stores.ts';
import { CliProcess, cli, event, onlyLine, purchase, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);

/** So long that the lease holds whatever the clock of the machine says. */
const TTL_MS = 1e14;
const SINCE = '2026-03-01T10:00:00.000Z';
let lakes = 0;
let lake = '';
beforeEach(() => {
  lakes += 1;
  lake = path.join(folder, `lake-${lakes}`);
});

function newLake(): void {
  openOrCreateLake(lake, { madeBy: 'user', nowMs: 0 });
}

/** Takes the lake's lease in the name of a process; the result gives it back. */
async function holdLake(processId: number): Promise<() => Promise<void>> {
  const stores = await openLakeStores(openLake(lake), stoppedClock);
  const holder = formatHolder({ command: 'run', processId, host: hostname(), since: SINCE });
  const answer = await stores.leases.acquire('lake', holder, TTL_MS);
  return async () => {
    await stores.leases.release(answer.lease);
    stores.close();
  };
}

/** A process id that no longer runs. */
async function deadProcessId(): Promise<number> {
  const ended = new CliProcess(['--version']);
  await ended.ended;
  return ended.child.pid ?? 0;
}

describe('the command line', () => {
  it.each([
    [['run', '--nonsense'], "unknown option '--nonsense'; see `millpond run --help`."],
    [['rum'], "unknown command 'rum' (Did you mean run?); see `millpond --help`."],
    [['replay', 'quarantine', '--sine', 'x'], '; see `millpond replay quarantine --help`.'],
    [['replay', 'nix'], "unknown command 'nix'; see `millpond replay --help`."],
    [['run', '--wait', 'long'], 'Allowed: a whole number from 0 to 86400'],
    [['query', 'select 1', '--format', 'xml'], 'Allowed choices are table, csv, json, ndjson'],
    [['simulate', '--malformed', '1.5'], 'Allowed: a number from 0 to 1'],
    [['simulate', '--sink', 'file'], '--sink file needs --out FILE'],
    [['source', 'add', 'fakestore', '--base-url', 'not-a-url'], "The store's base URL is no URL."],
    [['run', '--currency', 'EUQ'], 'Allowed: an ISO 4217 code in capital letters, such as EUR'],
    [['build', '--currency', 'eur'], 'Allowed: an ISO 4217 code in capital letters, such as EUR'],
    [['simulate', '--currency', 'GELD'], 'Allowed: an ISO 4217 code in capital letters, such as EUR'],
    [['query', '--select 1'], "unknown option '--select 1'"],
    [['query', ''], 'The SQL is empty'],
  ])('refuses %j in one line with exit code 2', async (args, text) => {
    const ended = await cli([...args, '--lake', lake]);

    expect(onlyLine(ended)).toContain(text);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(lake)).toBe(false);
  });

  it('shows its help on stdout, and refuses to do nothing', async () => {
    const help = await cli(['send', '--help']);
    const nothing = await cli([]);

    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
    expect(help.stdout).toContain('--lake <dir>');
    expect(nothing).toMatchObject({ code: 2, stdout: '' });
  });

  it('tells a reader that has gone nothing, and does not fail', async () => {
    const process = new CliProcess(['simulate', '--sink', 'stdout', '--days', '20', '--quiet']);
    process.child.stdout.destroy();

    expect(await process.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a lake', () => {
  it('that is missing is not made by commands that only look', async () => {
    for (const args of [['status'], ['run'], ['query', 'select 1'], ['export', 'fct_orders']]) {
      const ended = await cli([...args, '--lake', lake]);

      expect(onlyLine(ended)).toContain(`There is no lake in ${lake}`);
      expect(ended.code).toBe(1);
    }
    expect(existsSync(lake)).toBe(false);
  });

  it('is refused by every command where its path has a character that DuckDB cannot search', async () => {
    const odd = path.join(folder, 'shops, all', 'lake');
    const commands = [['demo'], ['simulate'], ['send', '-'], ['run'], ['query', 'select 1'], ['status']];
    for (const args of commands) {
      const ended = await cli([...args, '--lake', odd, '--quiet'], { stdin: event(1) });

      expect(onlyLine(ended)).toContain(`A lake cannot lie in ${odd}: the path holds the character ","`);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
    }
    const doctor = await cli(['doctor', '--lake', odd]);

    expect(doctor.stdout).toMatch(/FAILURE {2}lake: A lake cannot lie in .*","/);
    expect(doctor.code).toBe(1);
    expect(existsSync(path.dirname(odd))).toBe(false);
  });

  it('of a newer version is refused with both versions, and stays as it is', async () => {
    newLake();
    const marker = path.join(lake, 'lake.json');
    writeFileSync(marker, JSON.stringify({ product: 'millpond', layout_version: 7, shape: 'unknown' }));
    const before = readFileSync(marker, 'utf8');

    const ended = await cli(['send', '-', '--lake', lake], { stdin: event(1) });

    expect(onlyLine(ended)).toContain('has layout version 7, and this Millpond knows 1');
    expect(ended.code).toBe(1);
    expect(readFileSync(marker, 'utf8')).toBe(before);
  });

  it('is never made in a folder that holds something else', async () => {
    const ended = await cli(['send', '-', '--lake', folder], { stdin: event(1) });

    expect(onlyLine(ended)).toContain('is not empty and carries no lake.json');
  });

  it('of a user is not cleared by the demo, nor is a demo that got other data', async () => {
    newLake();
    const own = await cli(['demo', '--lake', lake]);
    openOrCreateLake(`${lake}-demo`, { madeBy: 'demo', nowMs: 0 });
    await cli(['send', '-', '--lake', `${lake}-demo`, '--quiet'], { stdin: event(1) });
    const mixed = await cli(['demo', '--lake', `${lake}-demo`]);

    for (const ended of [own, mixed]) {
      expect(onlyLine(ended)).toContain('the demo clears only its own');
      expect(ended.code).toBe(1);
    }
  });
});

describe('a lake whose tables were never built', () => {
  it.each([
    ['no run has been', async () => undefined],
    [
      'the first run was killed',
      async () => (await openDuckDb({ file: openLake(lake).databaseFile })).close(),
    ],
  ])('says so and what builds them when %s', async (_when, begin) => {
    newLake();
    await begin();

    const query = await cli(['query', 'select * from fct_orders', '--lake', lake, '--quiet']);
    const exported = await cli(['export', 'fct_orders', '--lake', lake, '--quiet']);

    expect(onlyLine(query)).toBe(`millpond: The lake in ${lake} has no tables yet: build them with \`run\`.`);
    expect(onlyLine(exported)).toBe(
      `millpond: The lake in ${lake} has no published build yet: \`run\` publishes one when its checks pass.`,
    );
    for (const ended of [query, exported]) expect(ended).toMatchObject({ code: 1, stdout: '' });
    const tables = await cli(['tables', '--lake', lake, '--json']);
    const doctor = await cli(['doctor', '--lake', lake]);

    expect(JSON.parse(tables.stdout).tables[0]).toMatchObject({ rows: null });
    expect(doctor.stdout).toContain('ok       tables: none built yet');
  });
});

describe('a second command on one lake', () => {
  it('says who holds it since when, and gives up after its time', async () => {
    newLake();
    const release = await holdLake(process.pid);

    const ended = await cli(['run', '--lake', lake, '--wait', '0', '--json']);
    await release();

    expect(JSON.parse(onlyLine(ended))).toMatchObject({ error: { code: 'lake_held', exit_code: 1 } });
    expect(ended.stderr).toContain(`run, process ${process.pid} on ${hostname()}, since ${SINCE}`);
    expect(ended.code).toBe(1);
  });

  it('goes on as soon as the lake is free', async () => {
    newLake();
    const release = await holdLake(process.pid);
    const second = new CliProcess(['run', '--lake', lake]);

    await second.says(`The lake is held by run, process ${process.pid}`);
    await release();

    expect((await second.ended).code).toBe(0);
  });

  it('is told of a holder that died by the doctor, who can free the lake', async () => {
    newLake();
    await holdLake(await deadProcessId());

    const doctor = await cli(['doctor', '--lake', lake]);
    const fixing = await cli(['doctor', '--fix', '--lake', lake]);
    const after = await cli(['doctor', '--lake', lake, '--json']);

    expect(doctor.stdout).toMatch(/warning {2}lock: held by run, process \d+ .* which no longer runs/);
    expect(fixing.stdout).toMatch(/ok {7}lock: freed: run, process \d+/);
    expect(JSON.parse(after.stdout).findings).toContainEqual({
      check: 'lock',
      state: 'ok',
      detail: 'nobody works on the lake',
    });
    expect([doctor.code, fixing.code, after.code]).toEqual([0, 0, 0]);
  });

  it('frees a lake whose holder died by itself', async () => {
    newLake();
    await holdLake(await deadProcessId());

    const run = await cli(['run', '--lake', lake, '--wait', '0']);

    expect(run.stderr).toMatch(/Freed the lake: run, process \d+/);
    expect(run.code).toBe(0);
  });
});

describe('a run that is stopped half way', () => {
  it.each([
    ['by Ctrl-C', 'SIGINT', 130],
    ['by force', 'SIGKILL', null],
  ] as const)('%s is completed by the next one', async (_how, signal, code) => {
    const lines = [event(1), event(2), purchase(3)].join('\n');
    await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: lines });
    const reader = await openDuckDb({ file: openLake(lake).databaseFile });
    const stopped = new CliProcess(['run', '--lake', lake]);
    // The stream has landed by now; the tables are held by this process.
    await stopped.says('waiting up to 60 s');
    stopped.child.kill(signal);
    const ended = await stopped.ended;
    reader.close();

    const next = await cli(['run', '--lake', lake, '--json']);

    const answer = JSON.parse(next.stdout);
    expect(ended.code).toBe(code);
    expect(answer.landed).toEqual({ records: 0, batches: 0, discarded: 0, expired: 0 });
    expect(answer.run).toMatchObject({ status: 'succeeded', reconciliation: { received: 3, staged: 3 } });
    expect(next.code).toBe(0);
  });
});
