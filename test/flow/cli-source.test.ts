import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, fewerRowsFault } from '../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../simulator/fakestore/start-fakestore.ts';
import { cli, onlyLine, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');
const QUICK = { environment: { MILLPOND_SOURCE_S: '1' } };
let store: FakeStore;

beforeAll(async () => {
  store = await startFakeStore();
  await cli(['source', 'add', 'fakestore', '--base-url', store.url, '--lake', lake, '--quiet']);
  const run = await cli(['run', '--lake', lake, '--quiet']);
  if (run.code !== 0) throw new Error(run.stderr);
}, 60_000);
afterAll(async () => {
  await store.close();
  remove();
});

async function cartTotal(): Promise<unknown> {
  const ended = await cli([
    'query',
    'select count(*) as n, sum(gross) as gross from fct_orders',
    '--lake',
    lake,
    '--json',
  ]);
  return JSON.parse(ended.stdout);
}

describe('the FakeStore source', () => {
  it('brings its carts as orders, and the same snapshot again brings nothing', async () => {
    const again = await cli(['ingest', 'fakestore', '--lake', lake, '--json', '--quiet']);

    expect(await cartTotal()).toEqual([{ n: 7, gross: '4691.2700' }]);
    expect(JSON.parse(again.stdout).kinds.map((kind: { outcome: string }) => kind.outcome)).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  const answer = (body: string, contentType = 'application/json'): Fault => ({
    kind: 'answer',
    status: 200,
    contentType,
    body,
  });
  it.each([
    ['hangs', { kind: 'hang' } satisfies Fault],
    ['answers HTML', answer('<html>down</html>', 'text/html')],
    ['answers null', answer('null')],
    [
      'answers truncated JSON',
      { kind: 'text', change: (text: string) => text.slice(0, 300) } satisfies Fault,
    ],
  ])(
    'fault 27: that %s fails the ingestion in one line and leaves the last good state to the run',
    async (_what, fault) => {
      store.setFaults('carts', [fault]);

      const ingest = await cli(['ingest', 'fakestore', '--lake', lake, '--quiet'], QUICK);
      const run = await cli(['run', '--lake', lake], QUICK);
      const { stdout: list } = await cli(['source', 'list', '--lake', lake]);
      store.setFaults('carts', []);

      expect(onlyLine(ingest)).toMatch(
        /^millpond: fakestore \(http.*\) did not deliver carts: .*\. The last good snapshot stays/,
      );
      expect(ingest.code).toBe(1);
      expect(run.stderr).toMatch(/^warning: fakestore: .*carts (refused|unavailable)/m);
      expect(run.code).toBe(0);
      expect(await cartTotal()).toEqual([{ n: 7, gross: '4691.2700' }]);
      expect(list).toMatch(/^ {2}7 carts as of .*; \d slots failed since$/m);
    },
  );

  it("fault 32: that has lost half of its products is taken on an operator's word alone", async () => {
    store.setFaults('products', [fewerRowsFault(10)]);
    const ingest = (...args: readonly string[]) =>
      cli(['ingest', 'fakestore', ...args, '--lake', lake, '--quiet'], QUICK);

    const unasked = await ingest();
    const asked = await ingest('--accept-shrink', 'products');
    store.setFaults('products', []);
    await cli(['run', '--lake', lake, '--quiet'], QUICK);
    const { stdout } = await cli([
      'query',
      `select is_active, count(*) as n from stg_products group by 1 order by 1`,
      '--lake',
      lake,
      '--json',
    ]);

    expect(onlyLine(unasked)).toMatch(
      /10 products instead of 20: less than 80 %.*--accept-shrink products\.$/,
    );
    expect([unasked.code, asked.code]).toEqual([1, 0]);
    expect(asked.stdout).toContain('10 products accepted (10 products instead of 20, as asked)');
    expect(JSON.parse(stdout)).toEqual([
      { is_active: false, n: 10 },
      { is_active: true, n: 30 },
    ]);
  });

  it('is listed, is one, and can be removed', async () => {
    const second = await cli([
      'source',
      'add',
      'fakestore',
      '--name',
      'other',
      '--base-url',
      'http://127.0.0.1:1',
      '--lake',
      lake,
    ]);
    const wrong = await cli(['source', 'add', 'fakestore', '--base-url', 'ftp://shop', '--lake', lake]);
    const list = await cli(['source', 'list', '--lake', lake, '--json']);
    const text = await cli(['source', 'list', '--lake', lake]);
    const removed = await cli(['source', 'remove', 'fakestore', '--lake', lake]);
    const gone = await cli(['ingest', 'fakestore', '--lake', lake]);

    expect(onlyLine(second)).toContain('already has the FakeStore source "fakestore"');
    expect(onlyLine(wrong)).toContain('http: and https: are allowed');
    expect(wrong.code).toBe(2);
    expect(JSON.parse(list.stdout).sources).toMatchObject([
      {
        name: 'fakestore',
        kind: 'fakestore',
        base_url: `${store.url}/`,
        lists: [{ kind: 'products' }, { kind: 'users', entities: 10 }, { kind: 'carts', entities: 7 }],
      },
    ]);
    expect(text.stdout).toMatch(/^ {2}7 carts as of 20\S+Z, the same at 20\S+Z$/m);
    expect(removed.code).toBe(0);
    expect(onlyLine(gone)).toContain('has no FakeStore source');
    expect(gone.code).toBe(1);
  });
});
