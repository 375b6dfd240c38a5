import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExternalSort } from '../../../../local/cli/send/external-sort.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'millpond-sort-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Sorts times in small runs; each record's data says where it stood in the input. */
function sorted(times: readonly number[], options: { memoryBytes: number; fanIn: number }) {
  const sort = new ExternalSort({ folder: path.join(root, 'spill'), ...options });
  times.forEach((timeMs, index) => {
    sort.add({ timeMs, key: `k${index}`, data: Buffer.from(`#${index}`.padEnd(index % 50, '.')) });
  });
  const output = [...sort.sorted()].map((record) => ({
    timeMs: record.timeMs,
    key: record.key,
    text: Buffer.from(record.data).toString(),
  }));
  const left = existsSync(path.join(root, 'spill')) ? readdirSync(path.join(root, 'spill')).length : 0;
  sort.dispose();
  return { output, runs: sort.spilledRuns, left };
}

describe('ExternalSort', () => {
  it('sorts stably through many runs and several rounds of merging', () => {
    const times = Array.from({ length: 500 }, (_, index) => (index * 7919) % 13);

    const { output, runs, left } = sorted(times, { memoryBytes: 1000, fanIn: 3 });

    const expected = times
      .map((timeMs, index) => ({ timeMs, index }))
      .sort((a, b) => a.timeMs - b.timeMs || a.index - b.index)
      .map(({ timeMs, index }) => ({ timeMs, key: `k${index}`, text: `#${index}`.padEnd(index % 50, '.') }));
    expect(output).toEqual(expected);
    expect(runs).toBeGreaterThan(100);
    expect(left).toBe(0);
  });

  it('touches no disk while everything fits into memory', () => {
    const { output, runs } = sorted([3, 1, 2], { memoryBytes: 1_000_000, fanIn: 3 });

    expect(output.map((record) => record.timeMs)).toEqual([1, 2, 3]);
    expect(runs).toBe(0);
    expect(existsSync(path.join(root, 'spill'))).toBe(false);
  });

  it('puts what has no time, given as infinity, last and in order', () => {
    const infinity = Number.POSITIVE_INFINITY;

    const { output } = sorted([infinity, 5, infinity, 1], { memoryBytes: 300, fanIn: 2 });

    expect(output.map((record) => record.key)).toEqual(['k3', 'k1', 'k0', 'k2']);
  });

  it('gives back records larger than a block', () => {
    const sort = new ExternalSort({ folder: path.join(root, 'spill'), memoryBytes: 1000 });
    const large = Buffer.alloc(700_000, 'z');

    for (const timeMs of [2, 1, 3]) sort.add({ timeMs, key: 'k', data: large });

    const output = [...sort.sorted()];
    expect(output.map((record) => record.timeMs)).toEqual([1, 2, 3]);
    expect(output.every((record) => Buffer.from(record.data).equals(large))).toBe(true);
    sort.dispose();
  });

  it('removes its files when it is disposed of half way', () => {
    const sort = new ExternalSort({ folder: path.join(root, 'spill'), memoryBytes: 300 });
    for (let timeMs = 0; timeMs < 20; timeMs += 1) sort.add({ timeMs, key: 'k', data: Buffer.from('x') });

    sort.dispose();

    expect(existsSync(path.join(root, 'spill'))).toBe(false);
  });

  it('equals a sort in memory, whatever the memory and the fan-in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 2, max: 5 }),
        (times, memoryBytes, fanIn) => {
          const keys = sorted(times, { memoryBytes, fanIn }).output.map((record) => record.key);

          const expected = times
            .map((timeMs, index) => ({ timeMs, index }))
            .sort((a, b) => a.timeMs - b.timeMs || a.index - b.index);
          expect(keys).toEqual(expected.map(({ index }) => `k${index}`));
        },
      ),
      { numRuns: 40 },
    );
  });
});
