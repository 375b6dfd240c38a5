import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import { anyEvent, oddText } from '../domain/events/generate-events.ts';
import { utf8 } from '../domain/events/sample-events.ts';
import { ConsumerWorld, eventId, recordAt, visit } from './consumer-world.ts';

const BATCHES = 250;
const HOSTILE_PER_BATCH = 200;
/** One good neighbour after so many hostile records. */
const NEIGHBOUR_EVERY = 10;

/** A text with bytes cut out, doubled or overwritten. */
const mangled = fc
  .tuple(
    anyEvent,
    fc.nat(47),
    fc.nat(),
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom('cut', 'insert', 'end'),
  )
  .map(([event, style, place, bytes, how]) => {
    const text = utf8(oddText(event, style));
    const at = place % text.length;
    const rest = how === 'end' ? new Uint8Array() : text.subarray(how === 'cut' ? at + bytes.length : at);
    return Buffer.concat([text.subarray(0, at), bytes, rest]);
  });

const hostile: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: mangled },
  {
    weight: 2,
    arbitrary: fc.tuple(anyEvent, fc.nat(47)).map(([event, style]) => utf8(oddText(event, style))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 5 }).map(utf8) },
  {
    weight: 1,
    arbitrary: fc.array(fc.json({ maxDepth: 1 }), { maxLength: 5 }).map((texts) => utf8(texts.join('\n'))),
  },
  { weight: 1, arbitrary: fc.nat(80).map((depth) => utf8('[{"a":'.repeat(depth))) },
);

describe('the consumer', () => {
  it('takes 50,000 hostile records: none throws, each is kept, their neighbours land', async () => {
    const seed = 20_260_131;
    const world = new ConsumerWorld();
    const samples = fc.sample(hostile, { seed, numRuns: BATCHES * HOSTILE_PER_BATCH });
    const total = { received: 0, landed: 0, records: 0, neighbours: 0 };

    for (let batch = 0; batch < BATCHES; batch += 1) {
      const records = withNeighbours(samples, batch);
      const row = await world.land(records);

      expect(row.received, `batch ${batch} of seed ${seed}`).toBe(
        row.accepted + row.duplicate + row.quarantined,
      );
      expect(row.received).toBeGreaterThanOrEqual(records.length);
      expect(row.objects.reduce((sum, object) => sum + object.records, 0)).toBe(row.received);
      total.received += row.received;
      total.landed += row.accepted;
      total.records += records.length;
      total.neighbours += records.length - HOSTILE_PER_BATCH;
    }

    const zones = ['raw', 'duplicates', 'quarantine'] as const;
    const lines = Object.fromEntries(zones.map((zone) => [zone, world.lines(zone)]));
    expect(zones.reduce((sum, zone) => sum + (lines[zone]?.length ?? 0), 0)).toBe(total.received);
    const neighbours = new Set(
      lines.raw?.filter((line) => line.neighbour === true).map((line) => line.event_id),
    );
    expect(neighbours.size).toBe(total.neighbours);
    expect(total.landed).toBeGreaterThan(total.neighbours);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(world.objects.rewrites).toEqual([]);
  }, 60_000);
});

function withNeighbours(samples: readonly Uint8Array[], batch: number): readonly StreamRecord[] {
  const records: StreamRecord[] = [];
  const first = batch * HOSTILE_PER_BATCH;
  for (const [place, data] of samples.slice(first, first + HOSTILE_PER_BATCH).entries()) {
    const sequence = (first + place) * 2 + 1;
    records.push(recordAt(sequence, data));
    if (place % NEIGHBOUR_EVERY > 0) continue;
    const event = visit(0, { event_id: eventId(1_000_000 + sequence), neighbour: true });
    records.push(recordAt(sequence + 1, event));
  }
  return records;
}
