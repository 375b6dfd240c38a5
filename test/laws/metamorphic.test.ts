import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageBySql } from './sql-staging.ts';
import { ALLOWED_LATENESS_MS, type SentEvent, START_MS } from './world/sendings.ts';
import { hashOf, landVariant, type Variant } from './world/variants.ts';

const MINUTE_MS = 60_000;

/** In time and too late by more than any order of arrival moves; copies bear their event's content. */
const AGES_MS = [0, MINUTE_MS, ALLOWED_LATENESS_MS - 30 * MINUTE_MS, ALLOWED_LATENESS_MS + 30 * MINUTE_MS];

function event(id: number): SentEvent {
  const ageMs = AGES_MS[id % AGES_MS.length] ?? 0;
  return { kind: 'event', id, content: id % 3, eventTimeMs: START_MS - ageMs };
}

const shard = fc.array(fc.nat(9).map(event), { minLength: 2, maxLength: 12 });
const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });

interface Shop {
  readonly original: Variant;
  /** The same events as they might have come as well. */
  readonly others: Readonly<Record<string, Variant>>;
}

/** A shop's two shards, and the five ways in which the same events may come differently. */
const shops: fc.Arbitrary<Shop> = fc.tuple(shard, shard, cuts, cuts).chain(([left, right, cut, otherCut]) => {
  const all = [...left, ...right];
  const one = (events: readonly SentEvent[], theCuts = cut) => ({ events, cuts: theCuts });
  return fc
    .tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length))
    .map(([shuffled, half]) => ({
      original: { feeds: [one(left), one(right)], deliveries: 1 },
      others: {
        replayed: { feeds: [one(left), one(right)], deliveries: 2 },
        shuffled: { feeds: [one(shuffled.slice(0, half)), one(shuffled.slice(half))], deliveries: 1 },
        split: { feeds: [one(left, otherCut), one(right, otherCut)], deliveries: 1 },
        merged: { feeds: [one(all)], deliveries: 1 },
        doubled: {
          feeds: [one([...left, ...left]), one(right.flatMap((sent) => [sent, sent]))],
          deliveries: 1,
        },
      },
    }));
});

describe('staging holds the same', () => {
  it('fault 6: after replay, shuffle, split, merge and doubling of the input (promise 4)', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async ({ original, others }) => {
        const expected = hashOf((await landVariant(0, original)).staging);

        for (const [name, variant] of Object.entries(others))
          expect(hashOf((await landVariant(0, variant)).staging), name).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('after the same, staged by SQL', async () => {
    const variants = fc
      .sample(shops, { numRuns: 40, seed: 4 })
      .map(({ original, others }) => [original, ...Object.values(others)]);
    const samples = await Promise.all(variants.flat().map((variant, number) => landVariant(number, variant)));
    const { lines } = await stageBySql(samples);

    const byNumber = Map.groupBy(lines, (line) => Number.parseInt(line.split(' ')[1]?.slice(0, 8) ?? '', 16));
    const hashes = samples.map((_, number) => hashOf(byNumber.get(number) ?? []));
    let first = 0;
    for (const group of variants) {
      expect(new Set(hashes.slice(first, first + group.length)).size).toBe(1);
      first += group.length;
    }
    expect([...lines].sort()).toEqual(samples.flatMap(({ staging }) => staging).sort());
  });
});
