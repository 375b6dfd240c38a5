import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelLibrary } from '../../../lambdas/domain/models/model.ts';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';

const ATHENA = path.join(import.meta.dirname, '..', '..', '..', 'athena');

/** The history's own header, beside bare tables of which it keeps the totals. */
export function readHeadlineModels(): ModelLibrary {
  const file = 'sources/headline_history.sql';
  const bare = (name: string) => ({
    file: `curated/${name}.sql`,
    text: `/*\nmodel: ${name}\nmeaning: M.\ngrain: row\nkey: id\npartition: none\nslice: all\ncolumns:\n  id varchar | I.\n*/\nselect 1 as id`,
  });
  return loadModels([
    { file, text: readFileSync(path.join(ATHENA, file), 'utf8') },
    bare('daily_sales'),
    bare('funnel_daily'),
  ]);
}
