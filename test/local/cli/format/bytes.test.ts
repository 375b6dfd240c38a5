import { expect, test } from 'vitest';
import { formatBytes } from '../../../../local/cli/format/bytes.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_000, '1.00 KB'],
  [9_999, '10.0 KB'],
  [123_456, '123 KB'],
  [999_499, '999 KB'],
  [999_500, '1.00 MB'],
  [2_500_000_000, '2.50 GB'],
])('%i is written as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
