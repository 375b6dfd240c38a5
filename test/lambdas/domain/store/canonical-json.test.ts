import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  MAX_JSON_DEPTH,
  unstorableReason,
} from '../../../../lambdas/domain/store/canonical-json.ts';

function nested(levels: number): unknown {
  return JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
}

function withKeysReversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeysReversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, withKeysReversed(member)]),
  );
}

describe('canonicalJson', () => {
  test('sorts members at every level and leaves lists in order', () => {
    expect(canonicalJson(JSON.parse('{"b":[{"d":1,"c":-0}],"a":null,"Z":1e2}'))).toBe(
      '{"Z":100,"a":null,"b":[{"c":0,"d":1}]}',
    );
  });

  test('keeps a member called __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });

  test('means the same as what it was made of, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (generated) => {
        const value: unknown = JSON.parse(JSON.stringify(generated));

        const text = canonicalJson(value);

        expect(JSON.parse(text)).toEqual(value);
        expect(canonicalJson(withKeysReversed(value))).toBe(text);
      }),
    );
  });
});

describe('unstorableReason', () => {
  test('lets ordinary values pass', () => {
    expect(unstorableReason({ a: [1, 'é😀', null, true, { b: '' }] })).toBeNull();
  });

  test('lets the deepest allowed nesting pass, and no deeper one', () => {
    expect(unstorableReason(nested(MAX_JSON_DEPTH))).toBeNull();
    expect(unstorableReason(nested(MAX_JSON_DEPTH + 1))).toMatch(/nests deeper than 32 levels/);
    expect(unstorableReason(nested(100_000))).toMatch(/nests deeper than 32 levels/);
  });

  test.each([
    [{ a: 'x\ud800' }, /half a surrogate pair/],
    [{ '\udc00': 1 }, /half a surrogate pair/],
    [['\u0000'], /a NUL/],
    [{ 'a\u0000': 1 }, /a NUL/],
    [JSON.parse('[1e999]'), /beyond a double/],
  ])('names what is wrong with %j', (value, reason) => {
    expect(unstorableReason(value)).toMatch(reason);
  });
});
