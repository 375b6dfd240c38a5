import { describe, expect, it } from 'vitest';
import { type ConsumeSettings, consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import type { ClaimRequest } from '../../../lambdas/ports/claim-store.ts';
import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import { MemoryClaimStore } from '../../fakes/claim-store.ts';
import { batchOf, ConsumerWorld, eventId, recordAt, SETTINGS, SHARD, visit } from './consumer-world.ts';

const RECORDS = Array.from({ length: 3_000 }, (_, n) => recordAt(n + 1, visit(n)));
const MARGIN_MS = 30_000;

/** A world in which only claims take time. */
class SlowWorld extends ConsumerWorld {
  nowMs = 0;
  readonly #limitMs: number;

  constructor(limitMs: number, msPerCall: number) {
    super();
    this.#limitMs = limitMs;
    const { claim } = MemoryClaimStore.prototype;
    this.claims.claim = async (requests: readonly ClaimRequest[]) => {
      this.nowMs += msPerCall;
      return claim.call(this.claims, requests);
    };
  }

  /** What one invocation comes to; the clock goes on from one to the next. */
  async invoke(records: readonly StreamRecord[], settings: ConsumeSettings = SETTINGS) {
    const endMs = this.nowMs + this.#limitMs;
    const budget = { remainingMs: () => endMs - this.nowMs, marginMs: MARGIN_MS };
    return await consumeBatch(batchOf(records), this, settings, budget);
  }

  /** As a mapping does it: what is undone is given again until nothing is. Returns the number of invocations. */
  async drain(records: readonly StreamRecord[]): Promise<number> {
    let rest = records;
    for (let invocations = 1; ; invocations += 1) {
      const { firstUndone } = await this.invoke(rest);
      if (firstUndone === null) return invocations;
      rest = rest.slice(rest.findIndex(({ sequenceNumber }) => sequenceNumber === firstUndone));
    }
  }
}

describe('the consumer within its time', () => {
  it('fault 13: lands what it began, and names the first record that it did not begin', async () => {
    const world = new SlowWorld(60_000, 20_000);

    const { row, isNew, firstUndone } = await world.invoke(RECORDS);

    expect(firstUndone).toBe('2001');
    expect(isNew).toBe(true);
    expect(row).toMatchObject({ received: 2_000, accepted: 2_000, firstSequence: '1', lastSequence: '2000' });
    expect(world.lines('raw')).toHaveLength(2_000);
    expect(await world.ledger.checkpoints()).toMatchObject([{ shardId: SHARD, sequence: '2000' }]);
  });

  it('fault 13: with no time for anything it writes nothing and names the first record', async () => {
    const world = new SlowWorld(MARGIN_MS, 0);

    expect(await world.invoke(RECORDS)).toEqual({ row: null, isNew: false, firstUndone: '1' });
    expect(world.objects.objects.size + world.ledger.stored.size + world.claims.claims.size).toBe(0);
    expect(await world.ledger.checkpoints()).toEqual([]);
  });

  it('fault 13: begins at one millisecond above the margin', async () => {
    const world = new SlowWorld(MARGIN_MS + 1, 1);

    expect((await world.invoke(RECORDS)).firstUndone).toBe('1001');
  });

  it('fault 13: with time enough the slices are one batch, the same as without a limit', async () => {
    const [limited, unlimited] = [new SlowWorld(1e9, 1_000), new ConsumerWorld()];
    const records = [...RECORDS, recordAt(5_000, visit(0)), recordAt(5_001, 'no event')];

    const outcome = await limited.invoke(records);

    expect(outcome).toEqual(await unlimited.consume(batchOf(records)));
    expect([...limited.objects.objects]).toEqual([...unlimited.objects.objects]);
    expect(outcome.row).toMatchObject({ accepted: 3_000, duplicate: 1, quarantined: 1 });
  });

  it('fault 13: given again from there, everything lands once, copies across the cuts too', async () => {
    const world = new SlowWorld(60_000, 20_000);
    const copies = Array.from({ length: 3_000 }, (_, n) => recordAt(n + 3_001, visit((n * 7) % 3_000)));

    expect(await world.drain([...RECORDS, ...copies])).toBe(3);

    const rows = [...world.ledger.stored.values()];
    expect(rows.reduce((sum, row) => sum + row.received, 0)).toBe(6_000);
    expect(new Set(world.lines('raw').map((line) => line.event_id)).size).toBe(3_000);
    expect(world.lines('raw')).toHaveLength(3_000);
    expect(world.lines('duplicates')).toHaveLength(3_000);
  });

  it('fault 13: a holder that was left undone is still the holder in the next batch', async () => {
    const world = new SlowWorld(60_000, 40_000);
    const late = recordAt(3_001, visit(5));
    await world.land([late]);
    world.objects.objects.clear();
    world.ledger.stored.clear();

    await world.drain([...RECORDS, late]);

    const holders = world.lines('raw').filter((line) => line.event_id === eventId(5));
    expect(holders.map((line) => line._sequence_number)).toEqual(['3001']);
    expect(world.lines('duplicates').map((line) => line._sequence_number)).toEqual(['6']);
  });

  it('fault 13: cuts between records, never within an aggregated one', async () => {
    const world = new SlowWorld(60_000, 40_000);
    const records = Array.from({ length: 1_500 }, (_, n) =>
      recordAt(n + 1, [0, 1, 2].map((part) => JSON.stringify(visit(n * 3 + part))).join('\n')),
    );

    const { row, firstUndone } = await world.invoke(records);

    expect(firstUndone).toBe('1001');
    expect(row).toMatchObject({ received: 3_000, accepted: 3_000, lastSequence: '1000' });
  });
});

describe('the consumer within its memory', () => {
  const size = RECORDS[0]?.data.length ?? 0;

  it.each([
    [10 * size, null],
    [10 * size - 1, '10'],
    [size, '2'],
    [1, '2'],
  ])('fault 14: of ten records it lands what %d bytes hold, at least one', async (maxBatchBytes, undone) => {
    const world = new ConsumerWorld();

    const { row, firstUndone } = await world.consume(batchOf(RECORDS.slice(0, 10)), {
      ...SETTINGS,
      maxBatchBytes,
    });

    expect(firstUndone).toBe(undone);
    expect(row?.received).toBe(undone === null ? 10 : Number(undone) - 1);
  });
});
