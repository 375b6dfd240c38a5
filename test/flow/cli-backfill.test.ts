import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../local/lake.ts';
import { cli, event, onlyLine, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');
const RANGE = ['--from', '2026-02-01', '--to', '2026-02-28'];

async function send(texts: readonly string[]): Promise<void> {
  const sent = await cli(['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'], {
    stdin: texts.join('\n'),
  });
  if (sent.code !== 0) throw new Error(sent.stderr);
}

beforeAll(async () => {
  const sent_time = '2026-03-01T10:00:00Z';
  await send([
    event(1, { sent_time }),
    purchase(2, { sent_time, event_time: '2026-02-20T10:00:00Z' }),
    event(3, { sent_time, event_time: '2026-02-21T10:00:00Z' }),
    event(4, { sent_time, event_time: '2026-01-21T10:00:00Z' }),
  ]);
});

describe('backfill', () => {
  it('of a lake where nothing has landed, or that was never built, says so', async () => {
    const empty = await cli(['backfill', ...RANGE, '--lake', lake]);
    const landed = await cli(['run', '--no-build', '--lake', lake, '--quiet', '--json']);
    const never = await cli(['backfill', ...RANGE, '--lake', lake]);
    const built = await cli(['build', '--lake', lake, '--quiet', '--json']);

    expect([empty.code, never.code]).toEqual([1, 1]);
    expect(onlyLine(empty)).toContain('The lake is empty');
    expect(JSON.parse(landed.stdout)).toEqual({
      landed: { records: 4, batches: 1, discarded: 0, expired: 0 },
      sources: [],
    });
    expect(onlyLine(never)).toContain('no tables yet');
    expect(JSON.parse(built.stdout).run.reconciliation).toMatchObject({ staged: 1, too_late: 3 });
  });

  it.each([
    [['--from', '2026-03-02', '--to', '2026-03-01'], 'ends (2026-03-01) before it begins'],
    [['--from', '2099-01-01', '--to', '2099-01-02'], 'begins in the future'],
    [['--from', '2026-02-01'], '--to <date>'],
    [[...RANGE, '--models', 'fct_order'], 'There is no table "fct_order"; there is fct_order'],
    [[...RANGE, '--models', 'event_copies'], '"event_copies" is a scratch, not a table'],
  ])('%j is wrong usage, and changes nothing', async (args, problem) => {
    const before = readFileSync(openLake(lake).stateFile);

    const refused = await cli(['backfill', ...args, '--lake', lake, '--quiet']);

    expect(refused.code).toBe(2);
    expect(onlyLine(refused)).toContain(problem);
    expect(readFileSync(openLake(lake).stateFile)).toEqual(before);
  });

  it('--dry-run tells what it would admit, and writes nothing', async () => {
    const { stateFile, databaseFile } = openLake(lake);
    const before = [readFileSync(stateFile), readFileSync(databaseFile)];

    const json = await cli([
      'backfill',
      ...RANGE,
      '--dry-run',
      '--lake',
      lake,
      '--json',
      '--models',
      'fct_orders',
    ]);

    expect(JSON.parse(json.stdout).plan).toMatchObject({
      late_events: { events: 2, by_date: [{ event_date: '2026-02-20', events: 1 }, {}] },
      objects: { objects: 1 },
      tables: [{ table: 'fct_orders', rows: 0 }],
      unstaged_ledger_rows: 0,
    });
    expect([readFileSync(stateFile), readFileSync(databaseFile)]).toEqual(before);
  });

  it('prints what a run prints, and what it admitted; runs lists it with its range', async () => {
    const done = await cli(['backfill', ...RANGE, '--lake', lake, '--json', '--quiet']);
    const { runs } = JSON.parse((await cli(['runs', '--lake', lake, '--json'])).stdout);

    const answer = JSON.parse(done.stdout);
    expect(answer).toMatchObject({
      landed: null,
      admitted: { from: '2026-02-01', to: '2026-02-28', events: 2 },
      run: { status: 'succeeded', reconciliation: { staged: 3, too_late: 1 } },
    });
    expect(answer.run.rows_changed).toBeGreaterThan(2);
    expect(runs[0]).toMatchObject({
      run_id: answer.run.run_id,
      reason: 'a backfill of 2026-02-01 to 2026-02-28',
    });
  });
});

it('compact says that a laptop has no need of it', async () => {
  const compacted = await cli(['compact', '--lake', lake]);

  expect(compacted).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
});

it('rebuild --dry-run plans to read everything', async () => {
  const planned = await cli(['rebuild', '--dry-run', '--lake', lake, '--json']);

  expect(JSON.parse(planned.stdout).plan).toMatchObject({
    mode: 'full',
    reason: 'asked for',
    read_objects: { objects: 1 },
  });
});
