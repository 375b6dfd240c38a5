import { describe, expect, it } from 'vitest';
import { byteSize, names } from '../../../local/cli/options.ts';

describe('a size', () => {
  const parse = byteSize(1_024, 1_048_576);

  it.each([
    ['1024', 1_024],
    ['2000B', 2_000],
    ['25KB', 25_600],
    ['25k', 25_600],
    ['25 KiB', 25_600],
    ['1MB', 1_048_576],
    ['1mib', 1_048_576],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parse(text)).toBe(bytes);
  });

  it.each(['', 'KB', '1023', '1025KB', '2MB', '-1KB', '1.5KB', '25GB', '25KB!'])('%j is refused', (text) => {
    expect(() => parse(text)).toThrow('a size from 1024 to 1048576 bytes');
  });
});

describe('a list of names', () => {
  it('has commas between, and each once', () => {
    expect(names('fct_orders, daily_sales,fct_orders')).toEqual(['fct_orders', 'daily_sales']);
  });

  it.each(['', 'a;b', 'a,,b', 'a b', '../x'])('%j is refused', (text) => {
    expect(() => names(text)).toThrow('names with commas between');
  });
});
