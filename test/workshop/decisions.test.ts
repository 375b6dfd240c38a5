import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './package-manifest.ts';

const FOLDER = join(ROOT, 'docs/decisions');
const NAMES = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .sort();
const SECTIONS = ['Context', 'Choice', 'What it costs', 'When to revisit'];

describe('decisions', () => {
  it('are numbered without a gap or a repetition', () => {
    const numbers = NAMES.map((name) => Number(name.slice(0, 4)));

    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual(numbers.map((_, position) => position + 1));
  });

  it.each(NAMES)('%s says what it must in at most 25 lines', (name) => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');

    const sections = lines.flatMap((line) => /^## (.*)$/.exec(line)?.[1] ?? []);

    expect(lines[0]).toMatch(new RegExp(`^# ${name.slice(0, 4)}\\. \\S`));
    expect(sections).toEqual(SECTIONS);
    expect(lines.length).toBeLessThanOrEqual(25);
  });
});
