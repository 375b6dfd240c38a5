import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validatorsOf } from '../../../lambdas/ingest-fakestore/validators.ts';
import type { HttpClient } from '../../../lambdas/ports/http-client.ts';
import { CATALOGUE_DATA, withPrice } from '../../../simulator/fakestore/data.ts';
import { fewerRowsFault } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';

const ALL = ['GET /carts', 'GET /products', 'GET /users'];
const UNCHANGED = ['unchanged', 'unchanged', 'unchanged'];

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore();
  world = new IngestWorld();
  await world.ingest(store.url);
});
afterEach(() => store.close());

async function outcomesOf(slot: string, options: Parameters<IngestWorld['ingest']>[1] = {}) {
  const report = await world.ingest(store.url, { slot, ...options });
  return report.kinds.map((kind) => kind.outcome);
}

/** The store behind something that answers 304 to whatever it is asked. */
const STUCK: HttpClient = async () => new Response(null, { status: 304 });

describe('an API that names the version of its lists', () => {
  test('is asked for another one alone: 304 is an unchanged snapshot, with its count', async () => {
    const report = await world.ingest(store.url, { slot: SLOTS[1] });

    expect(report.kinds.map(({ outcome, entities }) => [outcome, entities])).toEqual([
      ['unchanged', 20],
      ['unchanged', 10],
      ['unchanged', 7],
    ]);
    expect(store.unmodified().toSorted()).toEqual(ALL);
  });

  test('sends what has changed, and is asked with its version from then on', async () => {
    store.setData(withPrice(CATALOGUE_DATA, 1, 1));

    const second = await outcomesOf(SLOTS[1]);
    const third = await outcomesOf(SLOTS[2]);

    expect([second, third]).toEqual([['accepted', 'unchanged', 'unchanged'], UNCHANGED]);
    expect(store.unmodified()).toHaveLength(5);
  });

  test('fault 29: is asked whole a day after its last whole answer, not a moment before', async () => {
    const before = await outcomesOf('2026-01-01T23:59:59.999Z', { deps: { fetch: STUCK } });
    const after = await world.ingest(store.url, {
      slot: '2026-01-02T00:00:00Z',
      deps: { fetch: STUCK },
      settings: { maxAttempts: 1 },
    });
    await outcomesOf('2026-01-02T00:00:00Z');
    const nextDay = await outcomesOf('2026-01-02T23:00:00Z');

    expect(before).toEqual(UNCHANGED);
    expect(after.kinds.map(({ outcome, detail }) => [outcome, detail])).toEqual(
      Array(3).fill(['refused', 'status 304 although no version was named']),
    );
    expect(nextDay).toEqual(UNCHANGED);
    expect(store.unmodified().toSorted()).toEqual(ALL);
  });

  test.each([
    ['another address', '//', {}],
    ['another key of e-mail hashes', '', { emailKey: Buffer.from('another key, long enough') }],
  ])('is asked whole at %s', async (_, path, deps) => {
    await world.ingest(`${store.url}${path}`, { slot: SLOTS[1], deps });

    expect(store.requests()).toHaveLength(6);
    expect(store.unmodified()).toEqual([]);
  });

  test('keeps no version of an answer that was refused', async () => {
    store.setFaults('products', [fewerRowsFault(2)]);

    const second = await outcomesOf(SLOTS[1]);
    const third = await outcomesOf(SLOTS[2]);

    expect([second[0], third[0]]).toEqual(['refused', 'refused']);
  });

  test('forgets its failures by a 304 as by any success', async () => {
    await world.ingest(store.url, { slot: SLOTS[1], settings: { maxAttempts: 1 }, deps: { fetch: DOWN } });

    const report = await world.ingestKind('carts', store.url, { slot: SLOTS[2] });

    expect(report).toMatchObject({ outcome: 'unchanged', consecutiveFailures: 0 });
    expect(store.unmodified()).toContain('GET /carts');
  });
});

const DOWN: HttpClient = () => Promise.reject(new TypeError('fetch failed'));

describe('validators', () => {
  test.each([
    ['a strong tag', { etag: '"a-1"' }, { etag: '"a-1"', lastModified: null }],
    ['a weak tag', { etag: 'W/"5f-x"' }, { etag: 'W/"5f-x"', lastModified: null }],
    [
      'a date',
      { 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
      { etag: null, lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' },
    ],
    ['a tag without quotes', { etag: 'abc' }, null],
    ['a tag of other letters', { etag: '"\u00e9"' }, null],
    ['a tag without end', { etag: `"${'x'.repeat(201)}"` }, null],
    ['a date of another form', { 'last-modified': '2026-01-01' }, null],
    ['nothing', {}, null],
  ])('of %s', (_, headers, expected) => {
    expect(validatorsOf(new Headers(headers))).toEqual(expected);
  });

  test('both are sent back as they came', async () => {
    const asked: Record<string, string>[] = [];
    const lastModified = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const fetch: HttpClient = async (url, request) => {
      asked.push(request.headers);
      const answer = await globalThis.fetch(url, { ...request, headers: {} });
      const headers = new Headers(answer.headers);
      headers.set('last-modified', lastModified);
      return new Response(answer.body, { headers });
    };
    const other = new IngestWorld();

    await other.ingest(store.url, { deps: { fetch } });
    await other.ingest(store.url, { slot: SLOTS[1], deps: { fetch } });

    expect(asked.slice(0, 3).filter((headers) => 'if-none-match' in headers)).toEqual([]);
    expect(asked.slice(3)).toEqual(
      Array(3).fill(
        expect.objectContaining({
          'if-none-match': expect.stringMatching(/^W\/"/),
          'if-modified-since': lastModified,
        }),
      ),
    );
  });
});
