import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BatchOutcome } from '../../../lambdas/consume-events/consume-batch.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { ARRIVAL_MS, sample, utf8 } from '../domain/events/sample-events.ts';
import { batchOf, ConsumerWorld, eventId, recordAt, SETTINGS, SHARD, visit } from './consumer-world.ts';

const GOOD = Array.from({ length: 20 }, (_, n) => recordAt(n + 1, visit(n)));

/** Lands a bad record between good ones; gives its quarantine line. */
async function quarantined(
  data: string | Uint8Array | Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const world = new ConsumerWorld();
  const row = await world.land([recordAt(1, visit(1)), recordAt(2, data), recordAt(3, visit(3))]);
  expect(row).toMatchObject({ received: 3, accepted: 2, quarantined: 1 });
  const [line] = world.lines('quarantine');
  if (line === undefined) throw new Error('nothing in quarantine');
  expect(Object.values(line).every((value) => typeof value === 'string')).toBe(true);
  return line;
}

function bodyOf(line: Record<string, unknown>): Buffer {
  return Buffer.from(String(line.body), line.encoding === 'base64' ? 'base64' : 'utf8');
}

describe('the consumer', () => {
  it('fault 4: puts a batch that is delivered again nowhere twice', async () => {
    const world = new ConsumerWorld();

    for (let time = 0; time < 3; time += 1) await world.land(GOOD);

    expect(world.objects.keys()).toHaveLength(1);
    expect(world.ledger.stored.size).toBe(1);
    expect(world.objects.rewrites).toEqual([]);
  });

  it('fault 5: the first of two contents of an id wins, the other goes to quarantine with its bytes', async () => {
    const world = new ConsumerWorld();
    const other = JSON.stringify(visit(1, { page_path: '/other' }));

    await world.land([recordAt(1, visit(1)), recordAt(2, other)]);
    const row = await world.land([recordAt(3, other)]);

    expect(row).toMatchObject({ accepted: 0, quarantineReasons: { id_conflict: 1 } });
    expect(world.lines('quarantine')).toMatchObject([
      { _sequence_number: '2', reason: 'id_conflict', event_id: eventId(1), encoding: 'utf8', body: other },
      { _sequence_number: '3', reason: 'id_conflict', event_id: eventId(1), encoding: 'utf8', body: other },
    ]);
    expect(world.lines('quarantine')[1]?.detail).toContain(`${SHARD}#1`);
  });

  it('fault 9: one poison record of 5,000 leaves 4,999 landed', async () => {
    const world = new ConsumerWorld();
    const records = Array.from({ length: 5_000 }, (_, n) =>
      recordAt(n + 1, n === 2_500 ? '{"broken' : visit(n)),
    );

    const row = await world.land(records);

    expect(row).toMatchObject({ received: 5_000, accepted: 4_999, quarantined: 1 });
    expect(world.lines('raw')).toHaveLength(4_999);
  });

  it('fault 10: a batch that is all bad is done with at once', async () => {
    const world = new ConsumerWorld();
    const records = Array.from({ length: 100 }, (_, n) => recordAt(n + 1, '[]'));

    const row = await world.land(records);

    expect(row).toMatchObject({ accepted: 0, quarantined: 100, minEventTime: null, eventDates: [] });
    expect(await world.ledger.checkpoints()).toMatchObject([{ sequence: '100' }]);
    expect(world.telemetry.counts.get('EventsQuarantined')).toBe(100);
  });

  it('fault 11: after a crash between claim and object the same record passes its own claim', async () => {
    const world = new ConsumerWorld();
    const { putIfAbsent } = MemoryObjectStore.prototype;
    world.objects.putIfAbsent = async () => {
      throw new Error('crash');
    };

    await expect(world.land(GOOD)).rejects.toThrow('crash');
    expect(world.claims.claims.size).toBe(GOOD.length);
    world.objects.putIfAbsent = putIfAbsent;
    const row = await world.land(GOOD);

    expect(row).toMatchObject({ accepted: GOOD.length, duplicate: 0 });
  });

  it('fault 12: after a crash between object and ledger the retry finds its object', async () => {
    const world = new ConsumerWorld();
    const { append } = world.ledger;
    world.ledger.append = async () => {
      throw new Error('crash');
    };

    await expect(world.land(GOOD)).rejects.toThrow('crash');
    const keys = world.objects.keys();
    world.ledger.append = append;
    const row = await world.land(GOOD);

    expect(world.objects.keys()).toEqual(keys);
    expect(world.objects.rewrites).toEqual([]);
    expect(row.objects.map((object) => object.key)).toEqual(keys);
  });

  it('fault 16: an object that exists already is success', async () => {
    const world = new ConsumerWorld();
    world.objects.putIfAbsent = async () => 'exists';

    await expect(world.consume(batchOf(GOOD))).resolves.toMatchObject({ isNew: true });
  });

  it('fault 18: where the claim store throttles, those events pass and are counted', async () => {
    const world = new ConsumerWorld();
    await world.land([recordAt(1, visit(1)), recordAt(2, visit(2))]);
    world.claims.outage = (request) => request.eventId === eventId(1);

    const row = await world.land([recordAt(3, visit(1)), recordAt(4, visit(2)), recordAt(5, visit(1))]);

    expect(row).toMatchObject({ accepted: 1, duplicate: 2, dedupBypassed: 1 });
    expect(world.telemetry.counts.get('DedupBypassed')).toBe(1);
  });

  it('fault 19: where the claim store is down, all events pass and are counted', async () => {
    const world = new ConsumerWorld();
    world.claims.outage = () => true;

    const row = await world.land(GOOD);

    expect(row).toMatchObject({ accepted: GOOD.length, dedupBypassed: GOOD.length });
    expect(world.telemetry.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'claims bypassed' }),
    );
  });

  it('fault 20: the claim of one record passes for that record alone', async () => {
    const world = new ConsumerWorld();
    await world.land([recordAt(1, visit(1))]);

    const same = await world.consume(batchOf([recordAt(1, visit(1)), recordAt(2, visit(2))]));
    const otherShard = await world.land([recordAt(1, visit(1), { shardId: 'shardId-000000000001' })]);

    expect(same.row).toMatchObject({ accepted: 2, duplicate: 0 });
    expect(otherShard).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  it('fault 41: unknown fields stay in raw, unknown types and versions go to quarantine', async () => {
    const world = new ConsumerWorld();
    const drifted = { ...visit(1), loyalty: { tier: 'gold' } };

    const row = await world.land([
      recordAt(1, drifted),
      recordAt(2, visit(2, { event_type: 'wishlist' })),
      recordAt(3, visit(3, { schema_version: 2 })),
    ]);

    expect(row.quarantineReasons).toEqual({ unknown_type: 1, unknown_version: 1 });
    expect(world.lines('raw')).toMatchObject([{ loyalty: { tier: 'gold' } }]);
  });

  it.each([1_048_577, 5_000_000, 10_485_760])(
    'fault 44: a record of %d bytes is kept, not parsed',
    async (bytes) => {
      const line = await quarantined(new Uint8Array(bytes).fill(0x20));

      expect([line.reason, line.encoding]).toEqual(['too_large', 'base64']);
      expect(bodyOf(line).length).toBe(bytes);
    },
  );

  it('fault 45: compressed bytes are kept as they are', async () => {
    const bomb = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff);

    const line = await quarantined(bomb);

    expect(line).toMatchObject({ reason: 'not_utf8', encoding: 'base64' });
    expect(bodyOf(line)).toEqual(Buffer.from(bomb));
  });

  it('fault 46: 100,000 brackets and a million keys are refused', async () => {
    const keys = `{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join(',')}}`;

    expect((await quarantined('['.repeat(100_000))).reason).toBe('too_deep');
    expect((await quarantined(keys)).reason).toBe('too_large');
    const fits = `${keys.slice(0, keys.lastIndexOf(',', 1_000_000))}}`;
    expect((await quarantined(fits)).reason).toBe('too_large');
  });

  it('fault 47: bytes that are no text, and NUL, are kept as base64', async () => {
    const invalid = Buffer.concat([
      utf8(JSON.stringify(visit(2)).slice(0, -1)),
      Uint8Array.of(0xed, 0xa0, 0x80),
    ]);

    const line = await quarantined(invalid);
    expect(line).toMatchObject({ reason: 'not_utf8', encoding: 'base64' });
    expect(bodyOf(line)).toEqual(invalid);
    expect(await quarantined('{"a":"\0"}')).toMatchObject({ reason: 'not_json', encoding: 'base64' });
    expect(await quarantined('{"a":"\\u0000"}')).toMatchObject({ reason: 'bad_text', encoding: 'utf8' });
    expect(await quarantined('{"a":"\\ud800"}')).toMatchObject({
      reason: 'bad_text',
      body: '{"a":"\\ud800"}',
    });
    expect(await quarantined('\ufeff{}')).toMatchObject({ reason: 'not_json', body: '\ufeff{}' });
  });

  it('fault 48: reserved and repeated keys go to quarantine and touch no prototype', async () => {
    const text = JSON.stringify(visit(2));
    const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
    const withKey = (key: string) => text.replace('{', `{${key}:{"polluted":true},`);

    for (const key of ['"__proto__"', '"constructor"', '"prototype"', '"_arrival_time"', '"\\u005f_proto__"'])
      expect(await quarantined(withKey(key))).toMatchObject({
        reason: 'reserved_field',
        event_id: eventId(2),
      });
    expect(await quarantined(text.replace('{', '{"session_id":"s",'))).toMatchObject({
      reason: 'duplicate_key',
    });
    expect(await quarantined(text.replace('{', '{"Session_ID":"s",'))).toMatchObject({
      reason: 'duplicate_key',
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before);
  });

  it('says no word of an event in its log', async () => {
    const world = new ConsumerWorld();
    const canary = 'canary-4711';

    await world.land([
      recordAt(1, visit(1, { user_id: canary, page_path: `/${canary}` })),
      recordAt(2, visit(1, { user_id: canary })),
      recordAt(3, `{"${canary}"`),
      recordAt(4, sample('search', { event_type: canary })),
    ]);

    expect(JSON.stringify(world.telemetry.lines)).not.toContain(canary);
  });

  it('fault 26: at another time of day it writes the same keys, bytes and row', async () => {
    const worlds = [new ConsumerWorld(), new ConsumerWorld()];
    const { now } = Date;
    const rows: BatchOutcome[] = [];

    for (const [hours, world] of worlds.entries()) {
      Date.now = () => ARRIVAL_MS + hours * 3_600_000;
      rows.push(await world.consume(batchOf([...GOOD, recordAt(50, 'x'), recordAt(51, visit(1))]), SETTINGS));
    }
    Date.now = now;

    expect(rows[1]).toEqual(rows[0]);
    expect([...(worlds[1]?.objects.objects ?? [])]).toEqual([...(worlds[0]?.objects.objects ?? [])]);
    for (const body of worlds[0]?.objects.objects.values() ?? [])
      expect(zstdDecompressSync(body).length).toBeGreaterThan(0);
  });
});
