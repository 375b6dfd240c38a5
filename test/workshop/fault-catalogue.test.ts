import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT, readRepository } from '../architecture/source-tree.ts';
import { type FaultRow, faultRows, faultTests, findCatalogueProblems } from './fault-catalogue.ts';

const FAULTS = 66;
/** Faults of parts that are not built yet. */
const LATER = [51, 54, 55, 61, 64, 65];
const DUE = new Set(
  Array.from({ length: FAULTS }, (_, n) => n + 1).filter((fault) => !LATER.includes(fault)),
);
/** Put together here, or this file would hold tests of faults itself. */
const NUMBERED = (numbers: string, name: string) =>
  `it('${numbers.includes(',') ? 'faults' : 'fault'} ${numbers}: ${name}', ...)`;

const rows = faultRows(readFileSync(join(REPOSITORY_ROOT, 'docs', 'faults.md'), 'utf8'));

describe('the catalogue of faults', () => {
  it('has a row for each fault, in order', () => {
    expect(rows.map(({ fault }) => fault)).toEqual(Array.from({ length: FAULTS }, (_, n) => n + 1));
  });

  it('names tests that exist, for every fault that is due', () => {
    const tests = faultTests(readRepository());

    expect(tests.length).toBeGreaterThan(150);
    expect(findCatalogueProblems(rows, tests, DUE)).toEqual([]);
  });
});

describe('the scan', () => {
  const source = [
    NUMBERED('7', 'comes late'),
    NUMBERED('8, 9', "a producer\\'s clock"),
    NUMBERED('9', 'one of %d'),
    "it('says why a fault matters', ...)",
  ].join('\n');
  const tests = faultTests([{ path: 'test/some.test.ts', text: source }]);

  it('reads the numbers and the names of tests', () => {
    expect(tests).toEqual([
      { faults: [7], name: 'comes late' },
      { faults: [8, 9], name: "a producer's clock" },
      { faults: [9], name: 'one of %d' },
    ]);
  });

  it('reads the rows of the table', () => {
    const table =
      '| # | fault | tests |\n|---|---|---|\n| 7 | late | comes late · other |\n| 8 | clock | later |';

    expect(faultRows(table)).toEqual([
      { fault: 7, tests: ['comes late', 'other'] },
      { fault: 8, tests: [] },
    ]);
  });

  it.each<[string, FaultRow[], readonly string[]]>([
    [
      'a name that no test has',
      [row(7, 'comes early'), row(8, 'one of %d'), row(9, 'one of %d')],
      [
        'fault 1 has no row',
        'fault 7 names "comes early": no such test',
        'fault 8 names "one of %d": no such test',
      ],
    ],
    [
      'a fault that is due and has no test',
      [row(1), row(7, 'comes late'), row(8, "a producer's clock"), row(9, 'one of %d')],
      ['fault 1 is due and names no test'],
    ],
    [
      'a fault that is due and has no row',
      [row(7, 'comes late'), row(8, "a producer's clock"), row(9, 'one of %d')],
      ['fault 1 has no row'],
    ],
    [
      'tests of a fault that comes later, or of none',
      [row(1), row(7), row(9, 'one of %d')],
      [
        `"a producer's clock" is of fault 8: no row`,
        'fault 1 is due and names no test',
        'fault 7 says later, but has tests',
      ],
    ],
  ])('finds %s', (_, given, problems) => {
    expect(findCatalogueProblems(given, tests, new Set([1]))).toEqual(problems);
  });
});

function row(fault: number, ...names: readonly string[]): FaultRow {
  return { fault, tests: names };
}
