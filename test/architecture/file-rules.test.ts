import { describe, expect, it } from 'vitest';
import { FILE_RULES, findViolations, TOP_LEVEL_FOLDERS } from './file-rules.ts';
import { describeViolations, readRepository, type SourceFile } from './source-tree.ts';

const REPOSITORY = readRepository();

/** `count` lines of nothing. */
function lines(count: number): string {
  return '//\n'.repeat(count);
}

/** Per rule what it must find, and what stands just on the right side of it. */
const PLANTED: Readonly<
  Record<string, { readonly bad: readonly SourceFile[]; readonly good: readonly SourceFile[] }>
> = {
  'no unknown top-level folder': {
    bad: [{ path: 'services/a.ts', text: '' }],
    good: [
      { path: 'README.md', text: '' },
      { path: '.ci/run', text: '' },
      { path: 'local/services/a.ts', text: '' },
    ],
  },
  'no folder or file without a noun': {
    bad: [
      { path: 'local/utils/a.ts', text: '' },
      { path: 'test/lambdas/helpers/a.ts', text: '' },
      { path: 'lambdas/domain/common/a.ts', text: '' },
      { path: 'lib/misc/a.ts', text: '' },
      { path: 'lib/utils.ts', text: '' },
    ],
    good: [{ path: 'local/common-table-expression.ts', text: '' }],
  },
  'no index file': {
    bad: [
      { path: 'lambdas/domain/index.ts', text: '' },
      { path: 'dashboard/index.tsx', text: '' },
    ],
    good: [
      { path: 'dashboard/index.html', text: '' },
      { path: 'lambdas/domain/price-index.ts', text: '' },
    ],
  },
  'no file over 300 lines': {
    bad: [
      { path: 'local/a.ts', text: lines(301) },
      { path: 'athena/curated/a.sql', text: lines(301) },
    ],
    good: [
      { path: 'local/a.ts', text: lines(300) },
      { path: 'lambdas/domain/events/validate.generated.js', text: lines(301) },
      { path: 'package-lock.json', text: lines(301) },
    ],
  },
  'no handler over 40 lines': {
    bad: [{ path: 'lambdas/consume-events/handler.ts', text: lines(41) }],
    good: [{ path: 'lambdas/consume-events/handler.ts', text: lines(40) }],
  },
  'no process.env outside its readers': {
    bad: [
      { path: 'lambdas/consume-events/handler.ts', text: 'const a = process.env.TABLE;' },
      { path: 'lambdas/consume-events/settings/env.ts', text: 'const a = process.env.TABLE;' },
      { path: 'local/settings/a.ts', text: 'const a = process.env.TABLE;' },
      { path: 'lib/settings/a.ts', text: 'const { env } = process;' },
      { path: 'simulator/a.ts', text: "import { env } from 'node:process';" },
    ],
    good: [
      { path: 'lambdas/consume-events/env.ts', text: 'const a = process.env.TABLE;' },
      { path: 'lambdas/runtime/a.ts', text: 'const a = process.env.TABLE;' },
      { path: 'bin/millpond.ts', text: 'const a = process.env.STAGE;' },
      { path: 'local/settings.ts', text: 'const a = process.env.HOME;' },
      { path: 'docs/a.md', text: 'process.env' },
    ],
  },
  'no default export': {
    bad: [{ path: 'local/a.ts', text: 'export default 1;' }],
    good: [
      { path: 'vitest.config.ts', text: 'export default {};' },
      { path: 'test/reporter.ts', text: 'export default class {}' },
      { path: 'lambdas/domain/events/validate.generated.js', text: 'export default 1;' },
    ],
  },
};

describe.each(FILE_RULES)('$name', (rule) => {
  const planted = PLANTED[rule.name] ?? { bad: [], good: [] };

  it('holds in the repository', () => {
    expect(describeViolations(findViolations(rule, REPOSITORY))).toEqual([]);
  });

  it('finds what is planted, and nothing else', () => {
    const found = findViolations(rule, [...planted.good, ...planted.bad]);

    expect(planted.bad.length).toBeGreaterThan(0);
    expect(found.map(({ path }) => path)).toEqual(planted.bad.map(({ path }) => path));
  });
});

it('looks at the whole repository', () => {
  expect(REPOSITORY.length).toBeGreaterThan(300);
  expect(REPOSITORY.map(({ path }) => path)).toContain('package.json');
});

it('knows no folder twice', () => {
  expect(new Set(TOP_LEVEL_FOLDERS).size).toBe(TOP_LEVEL_FOLDERS.length);
});
