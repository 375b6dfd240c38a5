import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ARRIVAL_MS, sample } from '../domain/events/sample-events.ts';
import { batchOf, ConsumerWorld, eventId, recordAt, SETTINGS, SHARD, visit } from './consumer-world.ts';

const HOUR = 'ingest_date=2026-01-31/ingest_hour=10';

describe('consuming a batch', () => {
  it('writes nothing for an empty one', async () => {
    const world = new ConsumerWorld();

    expect(await world.consume(batchOf([]))).toEqual({
      row: null,
      isNew: false,
      firstUndone: null,
    });
    expect(world.objects.objects.size + world.ledger.stored.size + world.claims.requests.length).toBe(0);
    expect(await world.ledger.checkpoints()).toEqual([]);
  });

  it('splices the coordinates in front of the bytes of the producer', async () => {
    const world = new ConsumerWorld();
    const text = JSON.stringify(visit(1, { note: 'ü "quoted"', price: 1.5 })).replace('1.5', '1.50');

    await world.land([recordAt(7, text, { arrivalTimeMs: ARRIVAL_MS })]);

    expect(world.objects.allLines('raw/')).toEqual([
      `{"_arrival_time":"2026-01-31T10:15:00.123Z","_shard_id":"${SHARD}","_sequence_number":"7",${text.slice(1)}`,
    ]);
  });

  it('names an object by its coordinates and content', async () => {
    const world = new ConsumerWorld();

    const row = await world.land([recordAt(7, visit(1)), recordAt(9, visit(2))]);

    const body = `${world.objects.allLines('raw/').join('\n')}\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const key = `raw/events/${HOUR}/${SHARD}_7_9_2_${sha256.slice(0, 16)}.ndjson.zst`;
    expect(world.objects.keys()).toEqual([key]);
    expect(row.objects).toEqual([
      {
        kind: 'raw',
        key,
        ingestDate: '2026-01-31',
        ingestHour: '10',
        sha256,
        records: 2,
        sizeBytes: world.objects.objects.get(key)?.length,
        storedSha256: createHash('sha256')
          .update(world.objects.objects.get(key) ?? '')
          .digest('hex'),
      },
    ]);
    expect(row.ledgerId).toMatch(new RegExp(`^events/${SHARD}/7-9-2-[0-9a-f]{16}$`));
  });

  it('writes one object per kind and arrival hour', async () => {
    const world = new ConsumerWorld();
    const late = { arrivalTimeMs: Date.parse('2026-01-31T11:00:00Z') };

    await world.land([
      recordAt(1, visit(1)),
      recordAt(2, visit(1)),
      recordAt(3, 'poison'),
      recordAt(4, visit(2), { arrivalTimeMs: Date.parse('2026-01-31T10:59:59.999Z') }),
      recordAt(5, visit(3), late),
      recordAt(6, 'poison', late),
    ]);

    const prefixes = world.objects.keys().map((key) => key.replace(/_[0-9a-f]{16}\..*/, ''));
    expect(prefixes).toEqual([
      `duplicates/events/${HOUR}/${SHARD}_2_2_1`,
      `quarantine/events/${HOUR}/${SHARD}_3_3_1`,
      `quarantine/events/ingest_date=2026-01-31/ingest_hour=11/${SHARD}_6_6_1`,
      `raw/events/${HOUR}/${SHARD}_1_4_2`,
      `raw/events/ingest_date=2026-01-31/ingest_hour=11/${SHARD}_5_5_1`,
    ]);
  });

  it('tells the ledger what landed', async () => {
    const world = new ConsumerWorld();
    const items = [{ product_id: '1', quantity: 3, unit_price: 99_999_999 }];

    const row = await world.land([
      recordAt(1, visit(1, { event_time: '2026-01-30T23:59:59.999999Z' })),
      recordAt(2, visit(2, { event_time: '2026-01-31T01:00:00+00:30' })),
      recordAt(3, sample('purchase', { event_id: eventId(3), items })),
      recordAt(4, sample('purchase', { event_id: eventId(4), items, session_id: 'session-2' })),
      recordAt(5, sample('purchase', { event_id: eventId(5), currency: 'EUR' })),
      recordAt(6, sample('ad_click', { event_id: eventId(6), session_id: 'session-3' })),
      recordAt(7, visit(1, { event_time: '2026-01-30T23:59:59.999999Z' })),
      recordAt(8, visit(8, { event_time: '1970-01-01T00:00:00Z' })),
      recordAt(9, '{'),
    ]);

    expect(row).toMatchObject({
      source: 'events',
      shardId: SHARD,
      firstSequence: '1',
      lastSequence: '9',
      received: 9,
      accepted: 6,
      duplicate: 1,
      quarantined: 2,
      quarantineReasons: { clock_skew: 1, not_json: 1 },
      dedupBypassed: 0,
      minEventTime: '2026-01-30T23:59:59.999999Z',
      maxEventTime: '2026-01-31T10:14:59.123456Z',
      minArrivalTime: '2026-01-31T10:15:00.124Z',
      maxArrivalTime: '2026-01-31T10:15:00.132Z',
      eventDates: ['2026-01-30', '2026-01-31'],
      countsByTypeAndMinute: {
        ad_click: { '2026-01-31T10:14Z': 1 },
        page_view: { '2026-01-30T23:59Z': 1, '2026-01-31T00:30Z': 1 },
        purchase: { '2026-01-31T10:14Z': 3 },
      },
      orders: 3,
      revenueByCurrency: { EUR: '21.0000', USD: '599999994.0000' },
    });
    expect(row.sessionSketch).toHaveLength(2 * 12);
  });

  it('moves the checkpoint last, to the last record', async () => {
    const world = new ConsumerWorld();

    await world.land([recordAt(99, visit(1)), recordAt(100, 'poison')]);

    expect(await world.ledger.checkpoints()).toEqual([
      { source: 'events', shardId: SHARD, sequence: '100', arrivalTimeMs: ARRIVAL_MS + 100 },
    ]);
  });

  it('gives each event of an aggregated record its index', async () => {
    const world = new ConsumerWorld();
    const lines = [JSON.stringify(visit(1)), 'poison', JSON.stringify(visit(2)), JSON.stringify(visit(1))];

    const row = await world.land([recordAt(5, lines.join('\n'))]);

    expect(row).toMatchObject({ received: 4, accepted: 2, duplicate: 1, quarantined: 1 });
    expect(world.lines('raw').map((line) => line._record_index)).toEqual(['0', '2']);
    expect(world.lines('quarantine').map((line) => line._record_index)).toEqual(['1']);
    expect(world.lines('duplicates')).toMatchObject([{ _record_index: '3', _owner: `${SHARD}#5#0` }]);
    expect(world.claims.requests.map((request) => request.owner)).toEqual([`${SHARD}#5#0`, `${SHARD}#5#2`]);
  });

  it('claims each id once, for eight days from its arrival', async () => {
    const world = new ConsumerWorld();

    await world.land([recordAt(1, visit(1)), recordAt(2, visit(1)), recordAt(3, 'poison')]);

    expect(world.claims.requests).toEqual([
      {
        eventId: eventId(1),
        owner: `${SHARD}#1`,
        digest: expect.stringMatching(/^[0-9a-f]{32}$/),
        arrivalTimeMs: ARRIVAL_MS + 1,
        expiresAtMs: ARRIVAL_MS + 1 + SETTINGS.claimTtlMs,
      },
    ]);
  });

  it('puts a copy of what another record holds aside, with its owner', async () => {
    const world = new ConsumerWorld();
    const upper = visit(1, { event_id: eventId(1).toUpperCase(), sent_time: '2026-01-31T10:15:00Z' });

    await world.land([recordAt(1, visit(1))]);
    const row = await world.land([recordAt(2, upper), recordAt(3, visit(2))]);

    expect(row).toMatchObject({ accepted: 1, duplicate: 1 });
    expect(world.lines('duplicates')).toEqual([
      {
        _arrival_time: '2026-01-31T10:15:00.125Z',
        _shard_id: SHARD,
        _sequence_number: '2',
        _owner: `${SHARD}#1`,
        ...upper,
      },
    ]);
  });

  it('accepts an id again once its claim has expired', async () => {
    const world = new ConsumerWorld();
    const at = (arrivalTimeMs: number) => ({ arrivalTimeMs });
    const expiresAtMs = ARRIVAL_MS + SETTINGS.claimTtlMs;

    await world.land([recordAt(1, visit(1), at(ARRIVAL_MS))]);

    expect(await world.land([recordAt(2, visit(1), at(expiresAtMs))])).toMatchObject({ duplicate: 1 });
    expect(await world.land([recordAt(3, visit(1), at(expiresAtMs + 1))])).toMatchObject({ accepted: 1 });
  });

  it('accepts the holder of a claim, also when another copy stands before it', async () => {
    const world = new ConsumerWorld();
    const [first, second, other] = [
      recordAt(1, visit(1)),
      recordAt(2, visit(1)),
      recordAt(3, visit(1, { x: 1 })),
    ];

    await world.claims.claim([
      { ...(await requestOf(second)), expiresAtMs: ARRIVAL_MS + 1_000, arrivalTimeMs: ARRIVAL_MS },
    ]);
    const row = await world.land([first, second, other]);

    expect(row).toMatchObject({ accepted: 1, duplicate: 1, quarantineReasons: { id_conflict: 1 } });
    expect(world.lines('raw')).toMatchObject([{ _sequence_number: '2' }]);
    expect(world.lines('duplicates')).toMatchObject([{ _sequence_number: '1', _owner: `${SHARD}#2` }]);
  });

  it('without claims finds copies within the batch only', async () => {
    const world = new ConsumerWorld();
    const claimless = { ...world, claims: null };
    const { consumeBatch } = await import('../../../lambdas/consume-events/consume-batch.ts');

    const one = await consumeBatch(
      batchOf([recordAt(1, visit(1)), recordAt(2, visit(1))]),
      claimless,
      SETTINGS,
    );
    const two = await consumeBatch(batchOf([recordAt(3, visit(1))]), claimless, SETTINGS);

    expect(one.row).toMatchObject({ accepted: 1, duplicate: 1, dedupBypassed: 0 });
    expect(two.row).toMatchObject({ accepted: 1, duplicate: 0, dedupBypassed: 0 });
  });

  it('refuses coordinates that no stream gives, before anything is written', async () => {
    const world = new ConsumerWorld();

    await expect(world.land([recordAt(1, visit(1), { shardId: '../x' })])).rejects.toThrow('no shard id');
    const sequence = { ...recordAt(1, visit(1)), sequenceNumber: '1/../2' };
    await expect(world.land([sequence])).rejects.toThrow('no sequence number');
    const fraction = recordAt(1, visit(1), { arrivalTimeMs: ARRIVAL_MS + 0.5 });
    await expect(world.land([fraction])).rejects.toThrow('no arrival time');
    const foreign = batchOf([recordAt(1, visit(1)), recordAt(2, visit(2), { shardId: 'shardId-1' })]);
    await expect(world.consume(foreign)).rejects.toThrow('came in a batch of shard');
    expect(world.objects.objects.size).toBe(0);
  });

  it('counts a batch once, however often it is given', async () => {
    const world = new ConsumerWorld();
    const records = [recordAt(1, visit(1)), recordAt(2, 'poison')];

    await world.land(records);
    const again = await world.consume(batchOf(records));

    expect(again.isNew).toBe(false);
    expect(Object.fromEntries(world.telemetry.counts)).toEqual({
      EventsReceived: 2,
      EventsAccepted: 1,
      EventsDuplicate: 0,
      EventsQuarantined: 1,
      'EventsQuarantined not_json': 1,
      DedupBypassed: 0,
    });
    expect(world.telemetry.measures).toEqual(
      again.row?.objects.map(({ sizeBytes: value }) => ({ metric: 'ObjectBytes', value, unit: 'Bytes' })),
    );
  });
});

/** What the consumer asks the claim store for a record. */
async function requestOf(record: ReturnType<typeof recordAt>) {
  const world = new ConsumerWorld();
  await world.land([record]);
  const [request] = world.claims.requests;
  if (request === undefined) throw new Error('nothing was claimed');
  return request;
}
