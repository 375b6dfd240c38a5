import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimStore } from '../../lambdas/ports/claim-store.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import { eventId, recordAt, visit } from '../lambdas/consume-events/consumer-world.ts';
import { CrashWorld, type Mishap, NaiveClaimStore, nextBatch } from './consumer-crash-world.ts';

/** One event, a copy of an earlier one, another content under its id, or no event at all. */
type Sent = { readonly id: number; readonly kind: 'event' | 'conflict' | 'poison' };

/** Gives the next records of a shard; a redrive gives later ones out of turn, and the shard goes on as if it had not. */
interface Try {
  readonly shard: number;
  readonly size: number;
  readonly ahead: number;
}

interface History {
  readonly shards: readonly [readonly Sent[], readonly Sent[]];
  readonly tries: readonly Try[];
  readonly mishaps: readonly Mishap[];
}

// Few ids, so that copies meet within batches and across shards.
const sent: fc.Arbitrary<Sent> = fc.record({
  id: fc.nat(6),
  kind: fc.constantFrom('event', 'event', 'event', 'event', 'conflict', 'poison'),
});
const shard = fc.array(sent, { minLength: 1, maxLength: 8 });
const mishap = fc.constantFrom<Mishap>('none', 'none', 'none', 'none', 'before', 'after');
const mishapOrOutage = fc.constantFrom<Mishap>('none', 'none', 'none', 'none', 'before', 'after', 'away');

const oneTry = fc.record({
  shard: fc.nat(1),
  size: fc.integer({ min: 1, max: 5 }),
  ahead: fc.constantFrom(0, 0, 0, 1, 2),
});

function historyOf(mishaps: fc.Arbitrary<Mishap>): fc.Arbitrary<History> {
  return fc.record({
    shards: fc.tuple(shard, shard),
    tries: fc.array(oneTry, { maxLength: 20 }),
    mishaps: fc.array(mishaps, { maxLength: 60 }),
  });
}

function recordsOf(list: readonly Sent[], shardNumber: number): readonly StreamRecord[] {
  const place = { shardId: `shardId-${shardNumber}` };
  return list.map(({ id, kind }, index) => {
    const event = visit(id, kind === 'conflict' ? { page_path: `/${shardNumber}/${index}` } : {});
    return recordAt(index + 1, kind === 'poison' ? `poison ${index}` : event, place);
  });
}

/** Plays the history, then goes on without mishaps until both shards are drained. */
async function play(history: History, claims?: ClaimStore): Promise<CrashWorld> {
  const world = new CrashWorld(history.mishaps, claims);
  const readers = history.shards.map((list, number) => ({ records: recordsOf(list, number), position: 0 }));
  const drain = Array.from({ length: 200 }, (_, turn): Try => ({ shard: turn % 2, size: 3, ahead: 0 }));
  for (const { shard, size, ahead } of [...history.tries, ...drain]) {
    const reader = readers[shard];
    if (reader === undefined || reader.position + ahead >= reader.records.length) continue;
    const batch = nextBatch(reader, size, ahead);
    const hasLanded = await world.tryToLand(batch);
    if (hasLanded && ahead === 0) reader.position += batch.records.length;
  }
  return world;
}

function coordinates(line: Record<string, string>): string {
  return `${line._shard_id}#${line._sequence_number}`;
}

/** What the law says of a world in which everything has been consumed; an empty list when it holds. */
async function breaches(history: History, world: CrashWorld): Promise<readonly string[]> {
  const records = history.shards.flatMap(recordsOf);
  const [raw, duplicates, quarantine] = await Promise.all(
    ['raw', 'duplicates', 'quarantine'].map((kind) => world.landedLines(kind)),
  );
  const landed = new Set([...(raw ?? []), ...(duplicates ?? []), ...(quarantine ?? [])].map(coordinates));
  const accepted = new Set(raw?.map((line) => line.event_id));
  const ids = history.shards.flat().flatMap(({ id, kind }) => (kind === 'poison' ? [] : [eventId(id)]));
  const rows = await world.ledgerRows();
  return [
    ...records
      .map((record) => `${record.shardId}#${record.sequenceNumber}`)
      .filter((at) => !landed.has(at))
      .map((at) => `lost record ${at}`),
    ...ids.filter((id) => !accepted.has(id)).map((id) => `no raw copy of ${id}`),
    ...rows
      .filter((row) => row.received !== row.accepted + row.duplicate + row.quarantined)
      .map((row) => `unbalanced ${row.ledgerId}`),
    ...world.objects.rewrites.map((key) => `other bytes for ${key}`),
  ];
}

describe('the consumer, whatever crashes and however batches are cut again', () => {
  it('loses no record, accepts every id, balances and never rewrites a key (promises 1, 2, 8)', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(mishapOrOutage), async (history) => {
        const world = await play(history);

        expect(await breaches(history, world)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts each id once per claim holder while the claim store answers', async () => {
    await fc.assert(
      fc.asyncProperty(historyOf(mishap), async (history) => {
        const world = await play(history);

        const holders = new Map<string, Set<string>>();
        for (const line of await world.landedLines('raw')) {
          const id = line.event_id ?? '';
          holders.set(id, (holders.get(id) ?? new Set()).add(coordinates(line)));
        }
        for (const [id, owners] of holders) expect([...owners], id).toHaveLength(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('writes the same bytes and rows at another time (promise 3)', async () => {
    const { now } = Date;
    try {
      await fc.assert(
        fc.asyncProperty(
          historyOf(mishapOrOutage),
          fc.integer({ min: 0, max: 4e12 }),
          async (history, laterMs) => {
            const first = await play(history);
            Date.now = () => laterMs;
            const second = await play(history);
            Date.now = now;

            expect([...second.objects.objects]).toEqual([...first.objects.objects]);
            expect(await second.ledgerRows()).toEqual(await first.ledgerRows());
          },
        ),
        { numRuns: 200 },
      );
    } finally {
      Date.now = now;
    }
  });

  it('is found out when a claim has no owner: the retry meets its own mark and the event is lost', async () => {
    const law = fc.asyncProperty(historyOf(mishap), async (history) => {
      const world = await play(history, new NaiveClaimStore());

      expect(await breaches(history, world)).toEqual([]);
    });

    const { failed, counterexample } = await fc.check(law, { numRuns: 2_000 });

    expect(failed).toBe(true);
    const [history] = counterexample ?? [];
    if (history === undefined) throw new Error('no counterexample');
    const found = await breaches(history, await play(history, new NaiveClaimStore()));
    expect(found.join()).toContain('no raw copy');
  });
});
