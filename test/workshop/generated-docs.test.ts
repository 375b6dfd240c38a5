import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderDataDictionary } from '../../docs/data-dictionary.ts';
import { renderEntities } from '../../docs/entities.ts';
import { readModels } from '../../local/model-files.ts';
import { ROOT } from './package-manifest.ts';

it.each([
  ['data-dictionary.md', renderDataDictionary],
  ['entities.md', renderEntities],
])('docs/%s says what the headers of athena/ say (else: npm run docs)', (name, render) => {
  const committed = readFileSync(join(ROOT, 'docs', name), 'utf8');

  expect(committed).toBe(render(readModels()));
});
