import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseExamples, runExample } from './metric-page.ts';

const FOLDER = join(import.meta.dirname, '../../docs/metrics');
const PAGES = readdirSync(FOLDER).filter((name) => name !== 'README.md');
const MAX_LINES = 80;

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

describe.each(PAGES)('docs/metrics/%s', (name) => {
  const text = read(name);
  const examples = parseExamples(text);

  test('is short, and has a rule and an example', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES);
    expect(text).toContain('\n## Rule\n');
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });

  test('keeps its tables within its examples, where they are run', () => {
    const isRun = /^```(given|query|expect) /m;

    expect(isRun.test(text.split(/^## Example/m)[0] ?? '')).toBe(false);
    expect(text.match(/^```/gm)?.length).toBe(
      2 *
        examples.reduce(
          (blocks, { given, queries, expected }) =>
            blocks + Object.keys(given).length + queries.length + expected.length,
          0,
        ),
    );
  });

  test.each(examples.map((example) => [example.title, example] as const))(
    '%s is true',
    async (_, example) => {
      const built = await runExample(example);

      for (const [index, { rows }] of example.expected.entries()) {
        expect([...(built[index] ?? [])].sort()).toEqual(rows.map((row) => row.join(' | ')).sort());
      }
    },
  );
});

test('each family of metrics has a page, and the list of pages names it', () => {
  expect(PAGES).toEqual([
    'conversion.md',
    'first-touch.md',
    'funnel-modes.md',
    'funnel.md',
    'lifetime-value.md',
    'products.md',
    'retention-average.md',
    'retention.md',
    'sales.md',
    'sessions.md',
    'young-entries.md',
  ]);
  expect(PAGES.filter((name) => !read('README.md').includes(`](${name})`))).toEqual([]);
});

describe('an example', () => {
  const page = (...blocks: readonly string[]) => ['# M', '', '## Example', '', ...blocks].join('\n');
  const EVENTS = ['```given events', 'event_type | event_time', 'view_item | 2026-03-01T10:00:00Z', '```'];

  test.each([
    ['a block of another kind', ['```expected dim_date', 'date', '2026-01-01', '```']],
    ['a row of other columns', ['```expect dim_date', 'date | year', '2026-01-01', '```']],
    ['no row', ['```expect dim_date', 'date', '```']],
    ['a condition that is none', ['```expect dim_date where year > 2025', 'date', '2026-01-01', '```']],
    ['a query of no table', ['```query net', 'select 1', '```']],
    ['a condition on what is given', ['```given events where a = b', 'event_type', 'search', '```']],
  ])('is refused with %s', (_, lines) => {
    expect(() => parseExamples(page(...lines))).toThrow(SyntaxError);
  });

  test('is run from its events on, and answers in its columns', async () => {
    const [example] = parseExamples(
      page(
        ...EVENTS,
        '```expect dim_device',
        'anonymous_id | customer_id | first_seen_at',
        'x | y | z',
        '```',
      ),
    );
    if (example === undefined) throw new TypeError('no example');

    expect(await runExample(example)).toEqual([['d1 | a:d1 | 2026-03-01 10:00:00']]);
  });

  test('is refused with a column that its table has not', async () => {
    const [example] = parseExamples(page(...EVENTS, '```expect dim_device', 'name', 'ann', '```'));
    if (example === undefined) throw new TypeError('no example');

    await expect(runExample(example)).rejects.toThrow('no column is called name');
  });
});
