import { expect, it, test } from 'vitest';
import {
  exceedsLimit,
  formatBadRowLimit,
  isBeyondLimit,
  parseBadRowLimit,
} from '../../../../lambdas/domain/datasets/bad-row-limit.ts';

test.each([
  ['0', { kind: 'rows', rows: 0 }],
  ['10', { kind: 'rows', rows: 10 }],
  ['0.5%', { kind: 'percent', percent: 0.5 }],
  ['100%', { kind: 'percent', percent: 100 }],
])('%s is a limit', (text, limit) => {
  expect(parseBadRowLimit(text)).toEqual(limit);
  expect(formatBadRowLimit(parseBadRowLimit(text) ?? { kind: 'rows', rows: -1 })).toBe(text);
});

test.each(['', '-1', '1.5', '101%', '%', '1 %', '1e3', 'ten'])('"%s" is none', (text) => {
  expect(parseBadRowLimit(text)).toBeNull();
});

it('allows the limit itself and not one row more', () => {
  expect(exceedsLimit({ kind: 'rows', rows: 3 }, 3, 10)).toBe(false);
  expect(exceedsLimit({ kind: 'rows', rows: 3 }, 4, 10)).toBe(true);
  expect(exceedsLimit({ kind: 'percent', percent: 1 }, 10, 1_000)).toBe(false);
  expect(exceedsLimit({ kind: 'percent', percent: 1 }, 11, 1_000)).toBe(true);
  expect(exceedsLimit({ kind: 'percent', percent: 0.1 }, 1, 1_000)).toBe(false);
});

it('ends early only for a number of rows: of a share the rest of the file may make it good', () => {
  expect(isBeyondLimit({ kind: 'rows', rows: 0 }, 1)).toBe(true);
  expect(isBeyondLimit({ kind: 'rows', rows: 1 }, 1)).toBe(false);
  expect(isBeyondLimit({ kind: 'percent', percent: 0 }, 1)).toBe(false);
});
