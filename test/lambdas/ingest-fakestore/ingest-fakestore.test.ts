import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CATALOGUE_DATA, withoutProduct, withPrice } from '../../../simulator/fakestore/data.ts';
import { fieldFault } from '../../../simulator/fakestore/faults.ts';
import { type FakeStore, startFakeStore } from '../../../simulator/fakestore/start-fakestore.ts';
import { EMAIL_KEY, IngestWorld, reportOf, SLOTS } from './ingest-world.ts';

let store: FakeStore;
let world: IngestWorld;
beforeEach(async () => {
  store = await startFakeStore();
  world = new IngestWorld();
});
afterEach(() => store.close());

describe('a first snapshot', () => {
  test('is accepted for each kind, each in one object', async () => {
    const report = await world.ingest(store.url);

    expect(report.slot).toBe(SLOTS[0]);
    expect(report.kinds).toMatchObject([
      { kind: 'products', outcome: 'accepted', entities: 20, attempts: 1, consecutiveFailures: 0 },
      { kind: 'users', outcome: 'accepted', entities: 10, attempts: 1, consecutiveFailures: 0 },
      { kind: 'carts', outcome: 'accepted', entities: 7, attempts: 1, consecutiveFailures: 0 },
    ]);
    expect([...world.lake.objects.keys()].sort()).toEqual(report.kinds.map((kind) => kind.objectKey).sort());
    expect(store.requests().toSorted()).toEqual(['GET /carts', 'GET /products', 'GET /users']);
  });

  test('has flat lines of the allowed fields, ordered by id', async () => {
    const report = await world.ingest(store.url);

    const [products, users, carts] = report.kinds.map((kind) => world.lines(kind.objectKey ?? ''));
    expect(products?.map((line) => line.id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(products?.[4]).toEqual({
      id: 5,
      title: 'River Dragon Bracelet ',
      price: 695,
      description: 'Silver and brass, closed by hand.',
      category: 'jewelery',
      image: 'https://images.example.com/products/5.png',
      rating_rate: 4.6,
      rating_count: 400,
    });
    const email_hash = createHmac('sha256', EMAIL_KEY).update('john.draper@example.com').digest('hex');
    expect(users?.[0]).toEqual({ id: 1, email_hash });
    expect(users?.map((line) => Object.keys(line))).toEqual(users?.map(() => ['id', 'email_hash']));
    expect(carts?.[4]).toEqual({
      id: 5,
      user_id: 3,
      date: '2020-03-01T00:00:00.000Z',
      items: [
        { product_id: '7', quantity: 1 },
        { product_id: '8', quantity: 1 },
      ],
    });
  });

  test('has a key and a ledger row from its slot and digest', async () => {
    const report = await world.ingest(store.url, { slot: '2026-01-31T12:00:00+01:30' });

    const { objectKey = '' } = reportOf(report, 'carts');
    const row = (await world.lake.rows({ source: 'fakestore_carts' }))[0];
    const body = world
      .lines(objectKey)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(objectKey).toBe(
      `raw/fakestore_carts/ingest_date=2026-01-31/20260131T103000000Z_${sha256.slice(0, 16)}.ndjson.gz`,
    );
    expect(row).toMatchObject({
      ledgerId: `fakestore_carts/20260131T103000000Z-${sha256.slice(0, 16)}`,
      source: 'fakestore_carts',
      received: 7,
      accepted: 7,
      duplicate: 0,
      quarantined: 0,
      minArrivalTime: '2026-01-31T10:30:00.000Z',
      maxArrivalTime: '2026-01-31T10:30:00.000Z',
      objects: [
        {
          kind: 'raw',
          key: objectKey,
          ingestDate: '2026-01-31',
          ingestHour: '10',
          sha256,
          records: 7,
          sizeBytes: world.lake.objects.get(objectKey)?.length,
        },
      ],
    });
  });

  test('writes object, then ledger row, then lake state', async () => {
    await world.ingest(store.url);

    const ofCarts = world.lake.effects.filter((effect) => effect.includes('carts'));
    expect(ofCarts.map((effect) => effect.split(' ')[0])).toEqual(['put', 'append', 'state']);
  });

  test('is the same whatever the clock says', async () => {
    const other = new IngestWorld();
    other.nowMs += 86_400_000;

    await world.ingest(store.url);
    await other.ingest(store.url);

    expect(other.lake.contents()).toEqual(world.lake.contents());
  });

  test('is told once per kind, without a body', async () => {
    await world.ingest(store.url);

    expect(world.told).toHaveLength(3);
    expect(world.told.map((line) => JSON.parse(line).outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(world.metrics).toContainEqual(['FakestoreAccepted', 1]);
    expect(world.metrics).toContainEqual(['FakestoreConsecutiveFailures', 0]);
  });
});

describe('a later snapshot', () => {
  test('that equals the last one writes neither object nor row: its slot is remembered', async () => {
    await world.ingest(store.url);
    const effects = world.lake.effects.length;

    const report = await world.ingest(store.url, { slot: SLOTS[1] });

    expect(report.kinds.map((kind) => kind.outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(world.lake.effects.slice(effects).map((effect) => effect.split(' ')[0])).toEqual(
      Array(3).fill('state'),
    );
    expect(JSON.parse(world.lake.state.get('fakestore_carts_accepted') ?? '')).toMatchObject({
      slot: SLOTS[0],
      seenSlot: SLOTS[1],
    });
  });

  test('is unchanged when rows, keys and what is dropped differ alone', async () => {
    await world.ingest(store.url);
    const reversed = (rows: readonly object[]): object[] =>
      rows
        .toReversed()
        .map((row) =>
          Object.fromEntries(Object.entries({ ...row, password: 'new one', __v: 7 }).toReversed()),
        );
    store.setFaults('users', [{ kind: 'rows', change: reversed }]);

    const report = await world.ingestKind('users', store.url, { slot: SLOTS[1] });

    expect(report).toMatchObject({ outcome: 'unchanged', unknownFields: [] });
  });

  test('with another price is accepted, and only its kind is', async () => {
    await world.ingest(store.url);
    store.setData(withPrice(CATALOGUE_DATA, 7, 12.49));

    const report = await world.ingest(store.url, { slot: SLOTS[1] });

    expect(report.kinds.map((kind) => kind.outcome)).toEqual(['accepted', 'unchanged', 'unchanged']);
    expect(world.lines(report.kinds[0]?.objectKey ?? '')[6]).toMatchObject({ id: 7, price: 12.49 });
    expect(world.lake.objects.size).toBe(4);
  });

  test('that returns to an earlier state is a snapshot of its own', async () => {
    await world.ingest(store.url);
    store.setData(withoutProduct(CATALOGUE_DATA, 20));
    const without = await world.ingestKind('products', store.url, { slot: SLOTS[1] });
    store.setData(CATALOGUE_DATA);

    const back = await world.ingestKind('products', store.url, { slot: SLOTS[2] });

    expect([without.outcome, without.entities]).toEqual(['accepted', 19]);
    expect([back.outcome, back.entities]).toEqual(['accepted', 20]);
    expect(await world.lake.rows({ source: 'fakestore_products' })).toHaveLength(3);
  });
});

describe('what is not the doing of the API', () => {
  test('a key of under 16 bytes is an error before anything is asked for', async () => {
    const deps = { emailKey: Buffer.from('fifteen letters') };

    await expect(world.ingest(store.url, { deps })).rejects.toThrow(/has 15 bytes; give at least 16/);
    expect(store.requests()).toEqual([]);
  });

  test('a store that fails for one kind lets the others land, and is thrown then', async () => {
    world.lake.hook = (when, effect) => {
      if (when === 'before' && effect.startsWith('append fakestore_users')) throw new Error('no ledger');
    };

    await expect(world.ingest(store.url)).rejects.toThrow('no ledger');
    expect([...world.lake.ledgerRows.values()].map((row) => row.source).sort()).toEqual([
      'fakestore_carts',
      'fakestore_products',
    ]);
  });

  test('two kinds that fail are thrown together', async () => {
    world.lake.hook = (_, effect) => {
      if (effect.startsWith('append') && !effect.includes('carts')) throw new Error('no ledger');
    };

    await expect(world.ingest(store.url)).rejects.toMatchObject({ name: 'AggregateError', errors: [{}, {}] });
  });

  test('a lake state of a newer form is not overwritten', async () => {
    world.lake.state.set('fakestore_carts_accepted', '{"version":2}');

    await expect(world.ingest(store.url)).rejects.toThrow(/fakestore_carts_accepted is not of the form/);
    expect(world.lake.state.get('fakestore_carts_accepted')).toBe('{"version":2}');
  });
});

describe('fault 30: an unknown field', () => {
  test('of a product is kept as text, and told by name', async () => {
    store.setFaults('products', [fieldFault('stock', { shelf: 3, aisle: 'B' })]);

    const report = await world.ingestKind('products', store.url);

    expect(report).toMatchObject({ outcome: 'accepted', unknownFields: ['stock'] });
    expect(world.lines(report.objectKey ?? '')[0]?.extra).toBe('{"stock":{"aisle":"B","shelf":3}}');
    expect(world.told.filter((line) => line.includes('"fields":"stock"'))).toHaveLength(1);
  });

  test('of a user or a cart is dropped, and told by name', async () => {
    store.setFaults('users', [fieldFault('birthday', '1990-05-05')]);
    store.setFaults('carts', [fieldFault('deliverTo', 'the blue door')]);

    const report = await world.ingest(store.url);

    expect(reportOf(report, 'users').unknownFields).toEqual(['birthday']);
    expect(reportOf(report, 'carts').unknownFields).toEqual(['deliverTo']);
    const lines = JSON.stringify(report.kinds.map((kind) => world.lines(kind.objectKey ?? '')));
    expect(lines).not.toMatch(/1990-05-05|blue door/);
  });
});
