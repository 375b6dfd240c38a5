import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueUser } from '../../../simulator/catalogue.ts';
import { CATALOGUE_DATA } from '../../../simulator/fakestore/data.ts';
import { type Fault, fieldFault, HTML_200_FAULT } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { IngestWorld, SLOTS } from './ingest-world.ts';

/** People whose every personal value is a word that stands nowhere else. */
const PEOPLE: readonly CatalogueUser[] = Array.from({ length: 10 }, (_, index) => ({
  id: index + 1,
  email: ` Canary-Mail-${index}@Example.com`,
  username: `canary-username-${index}`,
  password: `canary-password-${index}`,
  phone: `canary-phone-${index}`,
  name: { firstname: `canary-first-${index}`, lastname: `canary-last-${index}` },
  address: {
    city: `canary-city-${index}`,
    street: `canary-street-${index}`,
    number: 7,
    zipcode: `canary-zip-${index}`,
    geolocation: { lat: `canary-lat-${index}`, long: `canary-long-${index}` },
  },
}));

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore({ data: { ...CATALOGUE_DATA, users: PEOPLE } });
  world = new IngestWorld();
});
afterEach(() => store.close());

/** Every byte that left the function: objects, ledger rows, lake state, telemetry, what it returned or threw. */
function allText(outcome: unknown): string {
  return [
    ...[...world.lake.objects].map(([key, body]) => key + gunzipSync(body).toString('utf8')),
    JSON.stringify([...world.lake.ledgerRows]),
    JSON.stringify([...world.lake.state]),
    ...world.lake.effects,
    ...world.told,
    JSON.stringify(world.metrics),
    outcome instanceof Error ? `${outcome.stack} ${JSON.stringify(outcome.cause)}` : JSON.stringify(outcome),
  ].join('\n');
}

describe('fault 56: nothing about a person leaves the function', () => {
  test('the canaries are served, or this suite would prove nothing', async () => {
    const response = await fetch(`${store.url}/users`);

    expect((await response.text()).match(/canary-/gi)).toHaveLength(110);
  });

  test('of a good snapshot, only ids and hashes stay', async () => {
    const report = await world.ingest(store.url);

    expect(allText(report)).not.toMatch(/canary/i);
    expect(allText(report)).toMatch(/email_hash/);
    expect(new Set(world.lines(report.kinds[1]?.objectKey ?? '').map((line) => line.email_hash)).size).toBe(
      10,
    );
  });

  const faults: readonly [string, Fault][] = [
    ['a retyped id', fieldFault('id', 'canary-id')],
    ['a retyped e-mail', fieldFault('email', { at: 'canary-mail' })],
    ['a new field', fieldFault('note', 'canary-note')],
    ['a field named by data', fieldFault('canary@example.com', 1)],
    ['a repeated id', { kind: 'rows', change: (rows) => [...rows, ...rows] }],
    ['a broken text', { kind: 'text', change: (text) => text.replace('canary', '"canary') }],
    ['a text cut off', { kind: 'text', change: (text) => text.slice(0, 300) }],
    ['a text in another shape', { kind: 'text', change: (text) => `{"canary":${text}}` }],
    ['half a surrogate pair', fieldFault('email', 'canary\ud800')],
    ['deep nesting', fieldFault('canary', JSON.parse(`${'['.repeat(40)}"canary"${']'.repeat(40)}`))],
    [
      'an HTML page',
      { ...HTML_200_FAULT, kind: 'answer', status: 200, contentType: 'text/canary', body: 'canary' },
    ],
    [
      'an error page that echoes them',
      { kind: 'answer', status: 500, contentType: 'application/json', body: JSON.stringify(PEOPLE) },
    ],
    [
      'a redirect that carries them',
      {
        kind: 'answer',
        status: 302,
        contentType: 'text/plain',
        body: 'canary',
        headers: { location: '/login?user=canary' },
      },
    ],
    ['a connection that breaks', { kind: 'reset' }],
  ];

  test.each(faults)('nor under %s', async (_, fault) => {
    store.setFaults('users', [fault]);

    const report = await world.ingest(store.url, { settings: { maxAttempts: 1 } });

    expect(allText(report)).not.toMatch(/canary/i);
    expect(report.kinds.map((kind) => kind.kind)).toEqual(['products', 'users', 'carts']);
  });

  test('nor in an error of the stores', async () => {
    world.lake.hook = (when, effect) => {
      if (when === 'before' && effect.startsWith('append')) throw new Error(`no ledger for ${effect}`);
    };

    const error = await world.ingest(store.url).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(AggregateError);
    expect(allText(error)).not.toMatch(/canary/i);
  });
});

describe('the hash of an e-mail', () => {
  test('is the same for all spellings of an address, and another under another key', async () => {
    const first = await world.ingest(store.url);
    const spelt = PEOPLE.map((user) => ({ ...user, email: `${user.email.trim().toUpperCase()}\t` }));
    store.setData({ ...CATALOGUE_DATA, users: spelt });

    const second = await world.ingest(store.url, { slot: SLOTS[1] });
    const rekeyed = await world.ingest(store.url, {
      slot: SLOTS[2],
      deps: { emailKey: Buffer.from('another key of the lake') },
    });

    expect(first.kinds[1]?.outcome).toBe('accepted');
    expect(second.kinds[1]?.outcome).toBe('unchanged');
    expect(rekeyed.kinds[1]?.outcome).toBe('accepted');
  });
});
