import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModels } from '../local/model-files.ts';
import { renderDataDictionary } from './data-dictionary.ts';

writeFileSync(join(import.meta.dirname, 'data-dictionary.md'), renderDataDictionary(readModels()));
