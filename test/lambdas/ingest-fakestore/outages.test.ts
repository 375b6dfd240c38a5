import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoreKind } from '../../../lambdas/domain/store/store-kind.ts';
import type { KindReport } from '../../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import type { HttpClient } from '../../../lambdas/ports/http-client.ts';
import {
  type Fault,
  HTML_522_FAULT,
  NULL_FAULT,
  serverErrorFault,
  tooManyRequestsFault,
} from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';
import { runSecondSlot, type SecondSlot } from './second-slot.ts';

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore();
  world = new IngestWorld();
  await world.ingest(store.url);
});
afterEach(() => store.close());

function secondSlot(
  kind: StoreKind,
  faults: readonly Fault[],
  options: Omit<SecondSlot, 'kind' | 'faults'> = {},
): Promise<KindReport> {
  return runSecondSlot(world, store, { kind, faults, ...options });
}

/** Lets one limit pass for each request that the store has got, once the other kinds are done. */
function onceEachRequest(kind: StoreKind): () => boolean {
  const toldBefore = world.told.length;
  let answered = 1;
  return () => {
    const requests = store.requests().filter((request) => request === `GET /${kind}`).length;
    if (world.told.length < toldBefore + 2 || requests === answered) return false;
    answered = requests;
    return true;
  };
}

describe('fault 27: the API is down', () => {
  test('a hang ends at the limit of each attempt and at the deadline of all', async () => {
    world.random = 0;

    const report = await secondSlot('users', [{ kind: 'hang' }], {
      settings: { attemptTimeoutMs: 40_000, totalDeadlineMs: 90_000 },
      limitsPassWhen: onceEachRequest('users'),
    });

    expect(report).toMatchObject({ outcome: 'unavailable', attempts: 3 });
    expect(report.detail).toBe(
      'no full answer within 90000 ms in all; the total deadline leaves no time for another attempt',
    );
  });

  test('a hang of the last attempt ends at its limit', async () => {
    const report = await secondSlot('users', [{ kind: 'hang' }], {
      settings: { attemptTimeoutMs: 40_000, totalDeadlineMs: 90_000, maxAttempts: 2 },
      limitsPassWhen: onceEachRequest('users'),
    });

    expect(report).toMatchObject({ attempts: 2, detail: 'no full answer within 40000 ms' });
  });

  test('an HTML 522 is tried again, then reported, and the failure counted', async () => {
    const report = await secondSlot('products', [HTML_522_FAULT], { settings: { maxAttempts: 3 } });

    expect(report).toMatchObject({
      outcome: 'unavailable',
      detail: 'status 522 instead of 200',
      attempts: 3,
      consecutiveFailures: 1,
    });
    expect(world.metrics).toContainEqual(['FakestoreUnavailable', 1]);
    expect(world.metrics).toContainEqual(['FakestoreConsecutiveFailures', 1]);
  });

  test('a service that comes back within the attempts is as if nothing had happened', async () => {
    const report = await secondSlot('carts', [serverErrorFault(4)]);

    expect(report).toMatchObject({ outcome: 'unchanged', attempts: 5, consecutiveFailures: 0 });
  });

  test('pauses double up to the cap, each a random share of its bound', async () => {
    world.random = 0.5;
    await secondSlot('carts', [serverErrorFault(5)], {
      settings: { maxAttempts: 6, backoffBaseMs: 100, backoffCapMs: 700 },
    });

    expect(world.pausesMs).toEqual([50, 100, 200, 350, 350]);
  });

  test('a pause that leaves no time for another attempt is not begun', async () => {
    world.random = 0.999;
    const report = await secondSlot('carts', [serverErrorFault(9)], {
      settings: { maxAttempts: 9, backoffBaseMs: 1000, backoffCapMs: 60_000, totalDeadlineMs: 3_500 },
    });

    expect(world.pausesMs).toEqual([999, 1998]);
    expect(report).toMatchObject({ outcome: 'unavailable', attempts: 3 });
    expect(report.detail).toBe(
      'status 500 instead of 200; the total deadline leaves no time for another attempt',
    );
  });

  test('a connection that breaks in the body is an outage', async () => {
    const report = await secondSlot('carts', [{ kind: 'reset' }], { settings: { maxAttempts: 2 } });

    expect(report).toMatchObject({ outcome: 'unavailable', attempts: 2 });
    expect(report.detail).toMatch(/^the connection failed \([A-Z_]+\)$/);
  });

  test('nobody listening is an outage of all kinds', async () => {
    const { url } = store;
    await store.close();

    const report = await world.ingest(url, { slot: SLOTS[1], settings: { maxAttempts: 2 } });
    store = await startFakeStore();

    expect(report.kinds.map((kind) => [kind.outcome, kind.attempts, kind.detail])).toEqual(
      Array.from({ length: 3 }, () => ['unavailable', 2, 'the connection failed (ECONNREFUSED)']),
    );
  });

  test('a status that says no is not tried again', async () => {
    const forbidden: Fault = {
      ...HTML_522_FAULT,
      kind: 'answer',
      status: 403,
      contentType: 'text/html',
      body: '',
    };

    const report = await secondSlot('carts', [forbidden]);

    expect(report).toMatchObject({
      outcome: 'unavailable',
      attempts: 1,
      detail: 'status 403 instead of 200',
    });
  });
});

describe('fault 27: the circuit', () => {
  test('opens after so many failed slots: one attempt each, until one succeeds', async () => {
    store.setFaults('products', [HTML_522_FAULT]);
    const settings = { maxAttempts: 3, circuitAfterFailures: 2 };
    const attempts: number[] = [];
    const failures: number[] = [];

    for (let hour = 1; hour <= 4; hour += 1) {
      if (hour === 4) store.setFaults('products', []);
      const slot = `2026-01-01T0${hour}:00:00Z`;
      const report = await world.ingestKind('products', store.url, { slot, settings });
      attempts.push(report.attempts);
      failures.push(report.consecutiveFailures);
    }

    expect(attempts).toEqual([3, 3, 1, 1]);
    expect(failures).toEqual([1, 2, 3, 0]);
    expect(JSON.parse(world.lake.state.get('fakestore_products_failures') ?? '')).toMatchObject({ count: 0 });
  });

  test('a retry of a failed slot is not counted twice', async () => {
    store.setFaults('products', [NULL_FAULT]);

    const first = await world.ingestKind('products', store.url, { slot: SLOTS[1] });
    const second = await world.ingestKind('products', store.url, { slot: SLOTS[1] });

    expect([first.consecutiveFailures, second.consecutiveFailures]).toEqual([1, 1]);
  });
});

describe('fault 28: the API drips', () => {
  test('an answer of one byte at a time ends at the deadline, however many bytes have come', async () => {
    const toldBefore = world.told.length;
    let bytes = 0;
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const fetch: HttpClient = async (url, request) => {
      const response = await globalThis.fetch(url, request);
      if (!url.pathname.endsWith('/products') || response.body === null) return response;
      return new Response(response.body.pipeThrough(counting), { headers: response.headers });
    };

    const report = await secondSlot('products', [{ kind: 'drip', intervalMs: 1 }], {
      settings: { attemptTimeoutMs: 600_000, totalDeadlineMs: 60_000 },
      deps: { fetch },
      limitsPassWhen: () => world.told.length === toldBefore + 2 && bytes >= 5,
    });

    expect(report).toMatchObject({ outcome: 'unavailable', attempts: 1 });
    expect(report.detail).toMatch(/^no full answer within 60000 ms in all/);
    expect(bytes).toBeLessThan(1_000);
  });

  test('an answer without an end stops at the size limit', async () => {
    const report = await secondSlot('products', [{ kind: 'endless' }], {
      settings: { maxBodyBytes: 100_000 },
    });

    expect(report).toMatchObject({
      outcome: 'refused',
      attempts: 1,
      detail: 'the body is larger than 100000 bytes',
    });
  });
});

describe('fault 31: the API asks to slow down', () => {
  test('its Retry-After in seconds is honoured', async () => {
    const report = await secondSlot('products', [tooManyRequestsFault('7', 1)]);

    expect(report).toMatchObject({ outcome: 'unchanged', attempts: 2 });
    expect(world.pausesMs).toEqual([7_000]);
  });

  test('its Retry-After as a date is honoured', async () => {
    await secondSlot('products', [tooManyRequestsFault('Thu, 01 Jan 2026 00:00:09 GMT', 1)]);

    expect(world.pausesMs).toEqual([9_000]);
  });

  test('one above the cap is left to the next slot', async () => {
    const report = await secondSlot('products', [tooManyRequestsFault('31', 1)]);

    expect(report).toMatchObject({ outcome: 'unavailable', attempts: 1 });
    expect(report.detail).toBe('status 429 instead of 200; it asks for a pause of 31000 ms: next slot');
    expect(world.pausesMs).toEqual([]);
  });

  test('one at the cap is waited for', async () => {
    const report = await secondSlot('products', [tooManyRequestsFault('30', 1)]);

    expect(report.attempts).toBe(2);
  });
});
