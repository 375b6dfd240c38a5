import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappingSettings, UNLIMITED } from '../../../local/event-source-mapping/mapping-settings.ts';
import { ShardMapping } from '../../../local/event-source-mapping/shard-mapping.ts';
import { type Happening, type History, MappingWorld, outcomeOf } from './mapping-world.ts';
import { record, SHARD_ID } from './shard-mapping-driver.ts';

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom(
    'ok',
    'ok',
    'ok',
    'throw',
    'throw',
    'partial',
    'partial',
    'misspelt',
    'throttle',
    'late',
    'not kept',
    'crash',
    'rebalance',
  ),
  place: fc.nat(20),
});

const history: fc.Arbitrary<History> = fc.record({
  keys: fc.array(fc.nat(4), { minLength: 1, maxLength: 24 }),
  settings: fc.record({
    batchSize: fc.integer({ min: 1, max: 7 }),
    batchingWindowMs: fc.constantFrom(0, 500),
    parallelizationFactor: fc.integer({ min: 1, max: 4 }),
    maximumRetryAttempts: fc.constantFrom(UNLIMITED, 0, 1, 2),
    maximumRecordAgeMs: fc.constantFrom(UNLIMITED, UNLIMITED, 60_000),
    bisectBatchOnFunctionError: fc.boolean(),
    reportBatchItemFailures: fc.boolean(),
  }),
  happenings: fc.array(happening, { maxLength: 60 }),
  reading: fc.integer({ min: 1, max: 9 }),
  stepMs: fc.constantFrom(0, 40, 5_000),
});

describe('the mapping, whatever the function answers and whoever crashes', () => {
  it('fault 11: every record succeeds or is kept, in order per key, and none is skipped', () => {
    let [crashes, discards] = [0, 0];
    fc.assert(
      fc.property(history, (given) => {
        const world = new MappingWorld(given);

        world.play();

        expect(world.breaches).toEqual([]);
        expect(world.records.filter((one) => !world.succeeded.has(one) && !world.discarded.has(one))).toEqual(
          [],
        );
        expect(world.stored).toBe(world.records.at(-1));
        crashes += given.happenings.filter(({ kind }) => kind === 'crash' || kind === 'rebalance').length;
        discards += world.discarded.size;
      }),
      { numRuns: 2_000 },
    );

    expect(crashes).toBeGreaterThan(1_000);
    expect(discards).toBeGreaterThan(200);
  });

  it('without limits gives nothing up', () => {
    fc.assert(
      fc.property(history, (given) => {
        const settings = {
          ...given.settings,
          maximumRetryAttempts: UNLIMITED,
          maximumRecordAgeMs: UNLIMITED,
        };
        const world = new MappingWorld({ ...given, settings });

        world.play();

        expect([...world.discarded]).toEqual([]);
        expect(world.succeeded.size).toBe(given.keys.length);
      }),
      { numRuns: 500 },
    );
  });

  it('the same history gives the same actions at the same times', () => {
    const play = (given: History) => {
      const mapping = new ShardMapping({
        shardId: SHARD_ID,
        settings: mappingSettings(given.settings),
        position: null,
        pause: (failures) => failures * 100,
      });
      mapping.take(
        given.keys.map((key, index) => record(index + 1, { partitionKey: `key-${key}` })),
        0,
      );
      const seen: unknown[] = [];
      for (const { kind, place } of given.happenings) {
        const nowMs = Math.max(0, mapping.dueMs() ?? 0);
        for (const action of mapping.actions(nowMs)) {
          const records = action.batch.records.map(({ sequenceNumber }) => sequenceNumber);
          seen.push([nowMs, action.kind, records]);
          if (action.kind === 'discard') mapping.settleDiscard(action.id, true, nowMs);
          else
            mapping.settleInvocation(
              action.id,
              outcomeOf(kind, records[place % records.length] ?? ''),
              nowMs,
            );
        }
      }
      return seen;
    };

    fc.assert(
      fc.property(history, (given) => {
        expect(play(given)).toEqual(play(given));
      }),
      { numRuns: 200 },
    );
  });
});
