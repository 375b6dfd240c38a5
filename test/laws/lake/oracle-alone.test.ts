import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answersOf } from '../../oracle/answers.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'oracle');

it('imports nothing but its own files, so that no mistake of the product is one of the oracle', () => {
  const files = readdirSync(FOLDER);
  const imports = files.flatMap((file) =>
    [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, name]) => name ?? ''),
  );

  expect(imports.length).toBeGreaterThan(files.length);
  expect(imports.filter((name) => !/^\.\/[a-z-]+\.ts$/.test(name))).toEqual([]);
});

it('knows every table of an empty lake, and no row', () => {
  const answers = answersOf({
    copies: [],
    snapshots: [],
    allowedLatenessUs: 0,
    admissions: [],
    watermarkUs: null,
    reportingCurrency: null,
    funnels: [{ name: 'shop', mode: 'ordered', steps: ['view_item', 'purchase'], customerWindowDays: 7 }],
  });

  expect(answers).toHaveLength(21);
  expect(answers.flatMap(({ rows }) => rows)).toEqual([]);
});
