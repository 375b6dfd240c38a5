import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from '../../../../lambdas/domain/events/json-source.ts';
import { isDeeperThan } from '../../../../lambdas/domain/events/json-text.ts';
import { anyEvent, oddText } from './generate-events.ts';
import { check, sample, textWith } from './sample-events.ts';

describe('the cheap looks at a text', () => {
  it('miss no repeated key and invent none: as a full scan of every text', () => {
    const tally = { repeated: 0, single: 0 };

    fc.assert(
      fc.property(anyEvent, fc.nat(47), (event, style) => {
        const text = oddText(event, style);
        const duplicateKey = findDuplicateKey(text);
        const result = check(text);
        const isFoundBefore =
          result.kind === 'rejected' && ['bad_text', 'bad_number'].includes(result.reason);

        if (duplicateKey === null) tally.single += 1;
        else tally.repeated += 1;
        if (isFoundBefore) return;
        expect(result.kind === 'rejected' && result.reason === 'duplicate_key').toBe(duplicateKey !== null);
      }),
      { numRuns: 10_000 },
    );

    expect(tally.repeated).toBeGreaterThan(1_000);
    expect(tally.single).toBeGreaterThan(1_000);
  });

  it('count brackets within strings, and then look closely', () => {
    expect(isDeeperThan(3, JSON.stringify({ a: '[[[[[[', b: '\\"[[[[' }))).toBe(false);
    expect(isDeeperThan(3, '[[[]]]')).toBe(false);
    expect(isDeeperThan(3, '[[[[]]]]')).toBe(true);
    expect(isDeeperThan(3, '[[[[')).toBe(true);
  });

  it.each([
    ['"quantity":2', '"quantity":2,"quantity":2'],
    ['"quantity":2', '"quantity":2,"qu\\u0061ntity":2'],
    ['"quantity":2', '"quantity":2,"quantity" :2'],
    ['"quantity":2', '"quantity":2,"x":"\\":","x":1'],
    ['"quantity":2', '"quantity":2,"y":"\\":","x" :1,"x" :1'],
    ['"quantity":2', '"quantity":2,"x":{"y":[{"z":1,"z":1}]}'],
    ['"quantity":2', '"quantity":2,"Quantity":2'],
    ['"quantity":2', '"quantity":2,"x":{"y":[{"z":1,"Z":1}]}'],
    ['"quantity":2', '"quantity":2,"\u212aey":1,"key":1'],
  ])('find a repeated key where %s is %s', (piece, by) => {
    const result = check(textWith(sample('add_to_cart'), piece, by));

    expect(result).toMatchObject({ kind: 'rejected', reason: 'duplicate_key' });
  });
});
