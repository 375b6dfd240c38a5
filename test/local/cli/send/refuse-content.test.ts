import { describe, expect, it } from 'vitest';
import { isInconclusive, jsonShape, PEEK_BYTES } from '../../../../local/cli/send/refuse-content.ts';

describe('the shape of JSON that is no NDJSON', () => {
  it.each([
    ['[{"a":1}]', 'array'],
    ['\ufeff \n\t[', 'array'],
    ['{\n  "a": 1\n}', 'pretty'],
    ['\n{ \t\r\n"a"', 'pretty'],
    ['{', 'pretty'],
    ['{"a":1}\n{"a":2}', null],
    ['{ "a": 1 }', null],
    ['no json\n[1]', null],
    ['{]\n', null],
    ['', null],
  ] as const)('of %j is %s', (text, shape) => {
    expect(jsonShape(Buffer.from(text))).toBe(shape);
  });
});

describe('the beginning of a pipe', () => {
  it.each([
    ['', true],
    ['x', true],
    ['{ ', true],
    ['\n\n ', true],
    ['{\n', false],
    ['{"', false],
    ['ab', false],
  ])('that is %j leaves it open what it is: %s', (text, expected) => {
    expect(isInconclusive(Buffer.from(text))).toBe(expected);
  });

  it('is not waited for beyond the bytes that are looked at', () => {
    expect(isInconclusive(Buffer.alloc(PEEK_BYTES - 1, ' '))).toBe(true);
    expect(isInconclusive(Buffer.alloc(PEEK_BYTES, ' '))).toBe(false);
  });
});
