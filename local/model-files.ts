import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelLibrary, SqlFile } from '../lambdas/domain/models/model.ts';
import { loadModels } from '../lambdas/domain/models/model-library.ts';

const ATHENA_FOLDER = join(import.meta.dirname, '..', 'athena');
const ZONES = ['sources', 'staging', 'curated', 'touched', 'checks'] as const;

/** Every SQL file of the project, parsed and in build order. Throws ModelError. */
export function readModels(): ModelLibrary {
  return loadModels(ZONES.flatMap(readZone));
}

function readZone(zone: string): readonly SqlFile[] {
  const folder = join(ATHENA_FOLDER, zone);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ file: `${zone}/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}
