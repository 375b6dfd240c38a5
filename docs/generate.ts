import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModels } from '../local/model-files.ts';
import { renderDataDictionary } from './data-dictionary.ts';
import { renderEntities } from './entities.ts';

const library = readModels();
writeFileSync(join(import.meta.dirname, 'data-dictionary.md'), renderDataDictionary(library));
writeFileSync(join(import.meta.dirname, 'entities.md'), renderEntities(library));
