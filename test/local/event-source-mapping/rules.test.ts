import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../../../local/event-source-mapping');

/** Rows of the table of rules: number, rule, sources, file. */
const RULES = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const cells = /^\| (\d+) \| (.+) \| ([A-H, ]+) \| `([a-z-]+\.ts)` \|$/.exec(line);
    return cells === null ? [] : [{ number: cells[1] ?? '', sources: cells[3] ?? '', file: cells[4] ?? '' }];
  });

const textOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
const named = (text: string, pattern: RegExp) =>
  new Set([...text.matchAll(pattern)].map((found) => found[1]));

describe('the rules of the mapping', () => {
  const tests = named(textOf(import.meta.dirname), /(?:'|"|`)(?:fault \d+: )?rule (\d+)\b/g);

  it('are numbered without a gap, and each has a source', () => {
    expect(RULES.map(({ number }) => number)).toEqual(RULES.map((_, place) => String(place + 1)));
    expect(RULES.length).toBeGreaterThan(10);
    const sources = named(readFileSync(join(FOLDER, 'README.md'), 'utf8'), /^- ([A-H]): /gm);
    for (const rule of RULES)
      for (const source of rule.sources.split(', ')) expect(sources).toContain(source);
  });

  it.each(RULES)('rule $number has tests that name it, and its file is there', ({ number, file }) => {
    expect(tests).toContain(number);
    expect(existsSync(join(FOLDER, file))).toBe(true);
  });

  it('are all there of which code or tests speak', () => {
    const spoken = named(textOf(FOLDER), /\brules? (\d+)/g);

    for (const number of [...spoken, ...tests]) expect(RULES.map((rule) => rule.number)).toContain(number);
  });
});
