import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../local/duckdb-engine.ts';
import { StorageError } from '../../local/storage-error.ts';
import { duckDbUnderTest } from './duckdb-under-test.ts';
import { failureOf } from './failure-of.ts';

const duckDb = duckDbUnderTest();

describe('errors', () => {
  it('a refused statement is a terminal SqlError that carries its text', async () => {
    const engine = await duckDb.open();

    const error = await failureOf(engine.execute('select * from nothing_there'));

    expect(error).toMatchObject({ name: 'SqlError', isTransient: false, sql: 'select * from nothing_there' });
  });

  it('fault 36: a conflict of two writers is transient', async () => {
    const file = join(duckDb.folder, 'lake.duckdb');
    const [left, right] = [await duckDb.open({ file }), await duckDb.open({ file })];
    await left.execute('create table t as select 1 as a; begin; update t set a = 2');
    await right.execute('begin');

    const error = await failureOf(right.execute('update t set a = 3'));
    await left.execute('commit');

    expect(error).toMatchObject({ name: 'SqlError', isTransient: true });
  });

  it('fault 37: a file that another process holds is busy, and the message names the process', async () => {
    const file = join(duckDb.folder, 'lake.duckdb');
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { DuckDBInstance } from '@duckdb/node-api';
       globalThis.held = await DuckDBInstance.create(${JSON.stringify(file)});
       console.log('held');
       setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');

    const error = await failureOf(openDuckDb({ file }));
    holder.kill('SIGKILL');
    await once(holder, 'exit');

    expect(error).toMatchObject({ name: 'StorageError', fault: 'busy', path: file });
    expect(String(error)).toContain(`Process ${holder.pid} holds ${file}`);
    await expect(duckDb.open({ file })).resolves.toBeDefined();
  });

  it.each([
    ['damaged', 'broken.duckdb', 'x'.repeat(20_000)],
    ['damaged', 'empty.duckdb', ''],
  ] as const)('a %s file %s is recognised', async (fault, name, content) => {
    const file = join(duckDb.folder, name);
    writeFileSync(file, content);

    expect(await failureOf(openDuckDb({ file }))).toMatchObject({ name: 'StorageError', fault, path: file });
  });

  it('a duckDb.folder and a missing file are recognised', async () => {
    const missing = join(duckDb.folder, 'missing.duckdb');

    expect(await failureOf(openDuckDb({ file: duckDb.folder }))).toMatchObject({ fault: 'damaged' });
    expect(await failureOf(openDuckDb({ file: missing, readOnly: true }))).toMatchObject({
      fault: 'missing',
    });
    expect(await failureOf(openDuckDb({ file: join(missing, 'a') }))).toMatchObject({ fault: 'missing' });
  });

  it.runIf(process.platform === 'linux')('a full disk is recognised', async () => {
    const engine = await duckDb.open();

    const opening = await failureOf(openDuckDb({ file: '/dev/full' }));
    const writing = await failureOf(engine.execute(`copy (select 1 as a) to '/dev/full' (format csv)`));

    expect(opening).toMatchObject({ name: 'StorageError', fault: 'full' });
    expect(opening).toBeInstanceOf(StorageError);
    expect(writing).toMatchObject({ name: 'SqlError', cause: { fault: 'full' } });
    expect(String(writing)).toContain('no space is left');
  });

  it('a search duckDb.folder with a comma is refused, since it would be read as two folders', async () => {
    const error = await failureOf(openDuckDb({ file: ':memory:', searchFolder: '/a,b' }));

    expect(error).toMatchObject({ name: 'StorageError', path: '/a,b' });
  });
});
