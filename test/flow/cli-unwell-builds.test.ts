import { cpSync, globSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../local/lake.ts';
import { openLakeStores } from '../../local/lake-stores.ts';
import { cli, event, onlyLine, purchase, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');

beforeAll(async () => {
  const LINES = [event(1), purchase(2), event(3, { event_time: '2026-03-02T10:00:00Z' })];
  await cli(['send', '-', '--lake', lake, '--arrival', 'event-time', '--quiet'], { stdin: LINES.join('\n') });
  await cli(['run', '--lake', lake, '--quiet']);
}, 60_000);

async function runsSinceMerge(folder: string): Promise<string | null> {
  const stores = await openLakeStores(openLake(folder), stoppedClock);
  try {
    return await stores.ledger.readState('runs_since_merge');
  } finally {
    stores.close();
  }
}

describe('a build whose rows do not balance', () => {
  it('fails with exit code 3 and names the rows of the ledger', async () => {
    const broken = path.join(folder, 'unbalanced');
    cpSync(lake, broken, { recursive: true });
    const stores = await openLakeStores(openLake(broken), stoppedClock);
    const [row = expect.unreachable()] = await stores.ledger.rows({ source: 'events' });
    await stores.ledger.append({ ...row, ledgerId: `${row.ledgerId}-again`, objects: [] });
    await stores.ledger.writeState('runs_since_merge', '1', '7');
    stores.close();

    const ended = await cli(['build', '--force', '--lake', broken, '--quiet', '--json']);
    const status = await cli(['status', '--lake', broken, '--json']);

    expect(ended.code).toBe(3);
    expect(JSON.parse(ended.stdout).run.status).toBe('failed');
    expect(JSON.parse(onlyLine(ended)).error).toMatchObject({ code: 'checks_failed', exit_code: 3 });
    expect(ended.stderr).toMatch(/ledger_balances found 1 bad row, such as .*events\/shardId/);
    expect(JSON.parse(status.stdout).last_run).toMatchObject({ failed_checks: ['ledger_balances (1)'] });
    // It was to merge row groups, which then is left to the next one.
    expect(await runsSinceMerge(broken)).toBe('7');
  });
});

describe('fault 35: a build whose input is gone', () => {
  it('goes on without it, and says so until it is rebuilt', async () => {
    const broken = path.join(folder, 'broken');
    cpSync(lake, broken, { recursive: true });
    const raw = globSync(path.join(broken, 'objects/raw/events/**/*.ndjson.*'));
    rmSync(raw[0] ?? '');

    const ended = await cli(['build', '--force', '--lake', broken, '--quiet']);
    const status = await cli(['status', '--lake', broken, '--json']);
    const text = await cli(['status', '--lake', broken]);

    expect(raw.length).toBeGreaterThan(1);
    expect(ended.code).toBe(0);
    expect(await runsSinceMerge(broken)).toBe('2');
    expect(ended.stdout).toMatch(/\+ set aside [1-9]\d* {2}\(closes\)/);
    expect(ended.stdout).toContain('warning set_aside: 1 row.');
    expect(ended.stdout).toContain(`${path.relative(path.join(broken, 'objects'), raw[0] ?? '')}: missing`);
    expect(ended.stdout).toMatch(/[1-9]\d* events? that had been staged left the tables in this run\./);
    expect(JSON.parse(status.stdout).troubles.set_aside).toEqual([
      { object_key: path.relative(path.join(broken, 'objects'), raw[0] ?? ''), detail: 'missing' },
    ]);
    expect(text.stdout).toMatch(/^Set aside +raw\/events\//m);
  });
});

describe('fault 35: objects of duplicates and quarantine that are damaged after a run has read them', () => {
  const spoilt = path.join(folder, 'spoilt');
  let refused: readonly string[] = [];
  const keyOf = (file: string) => path.relative(path.join(spoilt, 'objects'), file);

  beforeAll(async () => {
    cpSync(lake, spoilt, { recursive: true });
    const lines = [event(1), event(4, { event_type: 'unheard_of' })];
    const args = ['send', '-', '--lake', spoilt, '--arrival', 'event-time', '--quiet'];
    await cli(args, { stdin: lines.join('\n') });
    await cli(['run', '--lake', spoilt, '--quiet']);
    refused = globSync(path.join(spoilt, 'objects/{duplicates,quarantine}/events/**/*.ndjson.*')).sort();
    for (const file of refused) truncateSync(file, 40);
  }, 60_000);

  it('are found by the doctor who is asked for objects, by name, and rebuilt', async () => {
    const doctor = await cli(['doctor', '--objects', '--lake', spoilt]);
    const rebuilt = await cli(['rebuild-object', '--all', '--lake', spoilt]);
    const run = await cli(['run', '--lake', spoilt, '--quiet']);
    const after = await cli(['doctor', '--objects', '--lake', spoilt, '--quiet']);
    const sql =
      'select (select count(*) from raw_quarantine) as q, (select count(*) from raw_duplicates) as d';
    const rows = await cli(['query', sql, '--lake', spoilt, '--json']);

    expect(refused).toHaveLength(2);
    for (const file of refused) {
      expect(doctor.stdout).toContain(`FAILURE  bytes of objects: ${keyOf(file)}: cannot be decompressed`);
      expect(rebuilt.stdout).toContain(`Rebuilt ${keyOf(file)}`);
    }
    expect(doctor.stderr).toMatch(/Proving: \d+ objects/);
    expect([doctor.code, rebuilt.code, run.code, after.code]).toEqual([1, 0, 0, 0]);
    expect(after.stdout).toMatch(/ok {7}bytes of objects: \d+ objects as they were stored/);
    expect(JSON.parse(rows.stdout)).toEqual([{ q: 1, d: 1 }]);
  });
});
