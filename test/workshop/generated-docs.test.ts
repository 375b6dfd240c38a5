import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderDataDictionary } from '../../docs/data-dictionary.ts';
import { readModels } from '../../local/model-files.ts';
import { ROOT } from './package-manifest.ts';

it('docs/data-dictionary.md says what the headers of athena/ say (else: npm run docs)', () => {
  const committed = readFileSync(join(ROOT, 'docs/data-dictionary.md'), 'utf8');

  expect(committed).toBe(renderDataDictionary(readModels()));
});
