import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readableShards,
  type ShardLineage,
  shardFamilies,
} from '../../../local/event-source-mapping/shard-order.ts';
import { startingPositions } from '../../../local/event-source-mapping/starting-position.ts';

/** `a` splits into `b` and `c`; `c` and `d` merge into `e`. */
const SHARDS: readonly ShardLineage[] = [
  { shardId: 'a', parentShardIds: [] },
  { shardId: 'd', parentShardIds: [] },
  { shardId: 'b', parentShardIds: ['a'] },
  { shardId: 'c', parentShardIds: ['a'] },
  { shardId: 'e', parentShardIds: ['c', 'd'] },
];
const drained =
  (...ids: string[]) =>
  ({ shardId }: ShardLineage) =>
    ids.includes(shardId);
const readable = (...ids: string[]) => readableShards(SHARDS, drained(...ids)).map(({ shardId }) => shardId);

const families = (...ids: string[]) =>
  shardFamilies(SHARDS, drained(...ids)).map((family) => family.map(({ shardId }) => shardId));

describe('rule 12: parents before children', () => {
  it.each([
    ['nothing is drained', [], ['a', 'd']],
    ['the parent of a split is', ['a'], ['d', 'b', 'c']],
    ['one parent of a merge is', ['a', 'c'], ['d', 'b']],
    ['both parents of a merge are', ['a', 'c', 'd'], ['b', 'e']],
    ['all are', ['a', 'b', 'c', 'd', 'e'], []],
  ])('fault 22: when %s', (_, ids, expected) => {
    expect(readable(...ids)).toEqual(expected);
  });

  it('fault 22: a parent that never held a record lets nobody pass before its own parents are read', () => {
    expect(readable('c', 'd')).toEqual(['a']);
    expect(families('c', 'd')).toEqual([['a', 'b', 'c', 'e'], ['d']]);
  });

  it('a parent that the stream no longer lists holds nobody up', () => {
    expect(readableShards([{ shardId: 'b', parentShardIds: ['gone'] }], () => false)).toHaveLength(1);
  });
});

describe('families', () => {
  it('keep together whoever waits for whom', () => {
    expect(families()).toHaveLength(1);
    expect(families('a')).toEqual([['a'], ['d', 'c', 'e'], ['b']]);
    expect(families('a', 'c', 'd').map((family) => family.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('hold each shard once, its parents before it, and leave no one waiting for another family', () => {
    const lineage = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom(0, 1, 2), fc.boolean()), {
      minLength: 1,
      maxLength: 10,
    });

    fc.assert(
      fc.property(lineage, (given) => {
        const shards = given.map(([one, other, parents], index) => ({
          shardId: String(index),
          parentShardIds:
            index === 0 ? [] : [...new Set([one % index, other % index])].slice(0, parents).map(String),
        }));
        const done = new Set(
          shards.filter((_, index) => given[index]?.[3] === true).map(({ shardId }) => shardId),
        );

        const found = shardFamilies(shards, ({ shardId }) => done.has(shardId));

        expect(
          found
            .flat()
            .map(({ shardId }) => Number(shardId))
            .sort((l, r) => l - r),
        ).toEqual(shards.map((_, index) => index));
        for (const family of found) {
          for (const [place, { parentShardIds }] of family.entries()) {
            for (const parent of parentShardIds) {
              if (done.has(parent)) continue;
              const at = family.findIndex(({ shardId }) => shardId === parent);
              expect(at).toBeGreaterThanOrEqual(0);
              expect(at).toBeLessThan(place);
            }
          }
        }
      }),
    );
  });
});

describe('rule 11: the starting position', () => {
  const shards = [
    { shardId: 'a', lastSequence: '9' },
    { shardId: 'b', lastSequence: null },
  ];
  const before = (shardId: string, timestampMs: number) => (shardId === 'a' ? String(timestampMs) : null);

  it('TRIM_HORIZON names none: every shard is read from its oldest record on', () => {
    expect(startingPositions({ kind: 'TRIM_HORIZON' }, shards, before)).toEqual(new Map());
  });

  it('LATEST is behind the newest record of each shard', () => {
    expect(startingPositions({ kind: 'LATEST' }, shards, before)).toEqual(new Map([['a', '9']]));
  });

  it('AT_TIMESTAMP is before the first record of that time or later', () => {
    expect(startingPositions({ kind: 'AT_TIMESTAMP', timestampMs: 5 }, shards, before)).toEqual(
      new Map([['a', '5']]),
    );
  });
});
