import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { describeMachine, renderFigures, renderResult } from '../../bench/report.ts';

const FIGURES = [
  { name: 'consumer', value: 123_456.7, unit: 'events/s' },
  { name: 'consumer / yardstick, time', value: 1.716, unit: 'ratio', atMost: 1.6 },
  { name: 'run with nothing new', value: 812.34, unit: 'ms', atMost: 1000 },
];

it('prints a figure a line, and marks the one that misses its target', () => {
  expect(renderFigures('consume-events', FIGURES)).toBe(
    [
      'consume-events',
      '  consumer                    123,457 events/s',
      '  consumer / yardstick, time     1.72 ratio     at most 1.6, MISSED',
      '  run with nothing new            812 ms        at most 1,000',
      '',
    ].join('\n'),
  );
});

it('writes figures of four digits with the machine, and does not name the machine', () => {
  const text = renderResult('consume-events', describeMachine(), FIGURES);

  expect(JSON.parse(text)).toMatchObject({
    bench: 'consume-events',
    machine: {
      cores: expect.any(Number),
      node: process.versions.node,
      duckdb: expect.stringMatching(/^v?1\./),
    },
    figures: [{ value: 123_500 }, { value: 1.716, atMost: 1.6 }, { value: 812.3 }],
  });
  expect(text).not.toContain(hostname());
});
