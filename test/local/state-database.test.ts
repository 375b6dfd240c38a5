import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteClaimStore } from '../../local/sqlite-claim-store.ts';
import { SqliteDatabase } from '../../local/sqlite-database.ts';
import { SqliteLedgerStore } from '../../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../../local/state-database.ts';
import { StorageError } from '../../local/storage-error.ts';
import { ledgerRow } from '../contract/ledger-store-contract.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millpond-state-'));
  file = join(folder, 'state.sqlite');
});

afterEach(() => rmSync(folder, { recursive: true }));

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

function requestsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    eventId: `event-${index}`,
    owner: 's#1',
    digest: 'd',
    arrivalTimeMs: 0,
    expiresAtMs: 1_000 + index,
  }));
}

describe('state database', () => {
  it('what was written stands after closing and opening', async () => {
    const before = openStateDatabase(file);
    await new SqliteLedgerStore(before).append(ledgerRow('events/a'));
    before.close();

    const after = openStateDatabase(file);

    expect(await new SqliteLedgerStore(after).rows()).toHaveLength(1);
    after.close();
  });

  it('a file of a newer version is refused and says what to do', () => {
    openStateDatabase(file).close();
    const newer = new DatabaseSync(file);
    newer.exec('pragma user_version = 99');
    newer.close();

    const error = failure(() => openStateDatabase(file));

    expect(error).toMatchObject({ name: 'StorageError', fault: 'newer', path: file });
    expect(String(error)).toContain('update Millpond');
  });

  it('a lake that kept counts in the rows of its ledger has them beside the rows', async () => {
    openStateDatabase(file).close();
    const old = new DatabaseSync(file);
    old.exec('alter table ledger drop column counts; pragma user_version = 3');
    const row = ledgerRow('events/a');
    const insert = old.prepare("insert into ledger values ('events/a', 'events', ?, 'r1')");
    insert.run(JSON.stringify(row));
    old.close();

    const database = openStateDatabase(file);
    const [stored] = await new SqliteLedgerStore(database).rows();

    expect({ ...stored }).toEqual({ ...row, stagedBy: 'r1' });
    expect(Object.keys(row.countsByTypeAndMinute)).not.toEqual([]);
    database.close();
  });

  it('a lake that kept its last run alone has it as a run of its own', async () => {
    openStateDatabase(file).close();
    const old = new DatabaseSync(file);
    old.exec(
      "drop table runs; alter table ledger drop column counts; pragma user_version = 2; insert into lake_state values ('watermark_ms', '5')",
    );
    const last = '{"runId":"r1","startedAtMs":1768003200000,"status":"succeeded"}';
    old.prepare("insert into lake_state values ('last_run', ?)").run(last);
    old.close();

    const database = openStateDatabase(file);
    const store = new SqliteLedgerStore(database);

    expect(await store.runs(10)).toEqual([{ runId: 'r1', startedAtMs: 1768003200000, body: last }]);
    expect(await store.readState('last_run')).toBeNull();
    expect(await store.readState('watermark_ms')).toBe('5');
    database.close();
  });

  it('a file of an older version is brought up to date, once', () => {
    const options = { file, what: 'the test', applicationId: 7 };
    const old = new SqliteDatabase({ ...options, migrations: ['create table a (x integer)'] });
    old.prepare('insert into a values (1)').run();
    old.close();

    for (let time = 0; time < 2; time += 1) {
      const migrations = ['create table a (x integer)', 'alter table a add column y integer default 5'];
      const current = new SqliteDatabase({ ...options, migrations });
      expect(current.prepare('select x, y from a').all()).toEqual([{ x: 1, y: 5 }]);
      current.close();
    }
  });

  it.each([
    ['text', 'no database at all, '.repeat(500)],
    ['a database of another product', null],
  ])('%s is recognised as damaged', (_, content) => {
    if (content !== null) writeFileSync(file, content);
    else {
      const foreign = new DatabaseSync(file);
      foreign.exec('pragma user_version = 1; create table t (a)');
      foreign.close();
    }

    expect(failure(() => openStateDatabase(file))).toMatchObject({ name: 'StorageError', fault: 'damaged' });
  });

  it('a folder that does not exist is recognised', () => {
    const missing = join(folder, 'missing', 'state.sqlite');

    expect(failure(() => openStateDatabase(missing))).toMatchObject({ fault: 'missing', path: missing });
  });

  it('fault 37: a transaction that another process holds is busy, not damage', async () => {
    openStateDatabase(file).close();
    const script = `import { DatabaseSync } from 'node:sqlite';
      globalThis.held = new DatabaseSync(${JSON.stringify(file)});
      held.exec('begin immediate');
      console.log('held');
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(holder.stdout, 'data');

    const error = failure(
      () =>
        new SqliteDatabase({
          file,
          what: 'the test',
          applicationId: 0x4d504c31,
          migrations: ['', '', '', ''],
          busyTimeoutMs: 20,
        }),
    );
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    expect(error).toMatchObject({ name: 'StorageError', fault: 'busy' });
    openStateDatabase(file).close();
  });

  it('a full disk rolls the whole transaction back', async () => {
    const database = openStateDatabase(file);
    const claims = new SqliteClaimStore(database);
    await claims.claim(requestsOf(1));
    database.prepare('pragma max_page_count = 20').get();

    const error = failure(() =>
      database.transaction(() => {
        const insert = database.prepare('insert into lake_state values (?, ?)');
        for (let name = 0; name < 100; name += 1) insert.run(String(name), 'x'.repeat(4_000));
      }),
    );

    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ fault: 'full' });
    expect(database.prepare('select count(*) as n from lake_state').get()).toEqual({ n: 0 });
    database.close();
  });
});

describe('claims in the state database', () => {
  it('fault 19: a store that fails answers unavailable for each request and claims none of them', async () => {
    const database = openStateDatabase(file);
    const claims = new SqliteClaimStore(database);
    database.prepare('pragma max_page_count = 20').get();

    const answers = await claims.claim(requestsOf(5_000));
    database.prepare('pragma max_page_count = 100000').get();

    expect(answers).toHaveLength(5_000);
    expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(['unavailable']));
    expect(database.prepare('select count(*) as n from claims').get()).toEqual({ n: 0 });
    database.close();
  });

  it('fault 21: claims that expired before a time are forgotten, later ones stay', async () => {
    const database = openStateDatabase(file);
    const claims = new SqliteClaimStore(database);
    await claims.claim(requestsOf(10));

    expect(claims.deleteExpired(1_004)).toBe(4);
    expect(database.prepare('select count(*) as n from claims').get()).toEqual({ n: 6 });
    database.close();
  });
});
