import type { SourceFile } from '../architecture/source-tree.ts';

/** A row of the table in docs/faults.md. */
export interface FaultRow {
  readonly fault: number;
  /** What stands behind the number in the names of its tests; empty: `later`. */
  readonly tests: readonly string[];
}

/** A test's name, or that of a group of tests, that bears numbers of faults. */
export interface FaultTest {
  readonly faults: readonly number[];
  /** What stands behind the numbers. */
  readonly name: string;
}

const ROW = /^\| (\d+) \|.*\| ([^|]+) \|$/gm;
/** A text in quotes that begins with `fault 12: ` or `faults 12, 16 and 23: `. */
const TEST = /(['"`])faults? (\d+(?:(?:, | and )\d+)*): (.*?)(?<!\\)\1/g;

export function faultRows(document: string): readonly FaultRow[] {
  return [...document.matchAll(ROW)].map(([, fault, tests = '']) => ({
    fault: Number(fault),
    tests: tests === 'later' ? [] : tests.split(' · '),
  }));
}

export function faultTests(files: readonly SourceFile[]): readonly FaultTest[] {
  return files
    .filter(({ path }) => path.startsWith('test/') && path.endsWith('.ts'))
    .flatMap(({ text }) => [...text.matchAll(TEST)])
    .map(([, , numbers = '', name = '']) => ({
      faults: numbers.split(/, | and /).map(Number),
      name: name.replaceAll("\\'", "'"),
    }));
}

/** What is wrong between the table and the tests; `due` are the faults that must have one. */
export function findCatalogueProblems(
  rows: readonly FaultRow[],
  tests: readonly FaultTest[],
  due: ReadonlySet<number>,
): readonly string[] {
  const problems: string[] = [];
  const known = new Set(rows.map(({ fault }) => fault));
  for (const fault of due) if (!known.has(fault)) problems.push(`fault ${fault} has no row`);
  for (const { faults, name } of tests)
    for (const fault of faults)
      if (!known.has(fault)) problems.push(`"${name}" is of fault ${fault}: no row`);
  for (const { fault, tests: named } of rows) {
    const own = tests.filter(({ faults }) => faults.includes(fault)).map(({ name }) => name);
    if (named.length === 0 && due.has(fault)) problems.push(`fault ${fault} is due and names no test`);
    if (named.length === 0 && own.length > 0) problems.push(`fault ${fault} says later, but has tests`);
    for (const name of named)
      if (!own.includes(name)) problems.push(`fault ${fault} names "${name}": no such test`);
  }
  return problems;
}
