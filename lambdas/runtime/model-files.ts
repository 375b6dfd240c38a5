import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelLibrary, SqlFile } from '../domain/models/model.ts';
import { loadModels } from '../domain/models/model-library.ts';

const ZONES = ['sources', 'staging', 'curated', 'touched', 'checks'] as const;

/** Every SQL file that travels in the function's asset under `folder`, parsed and in build order. Throws ModelError. */
export function readModels(folder: string): ModelLibrary {
  return loadModels(ZONES.flatMap((zone) => readZone(folder, zone)));
}

function readZone(folder: string, zone: string): readonly SqlFile[] {
  return readdirSync(join(folder, zone))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ file: `${zone}/${name}`, text: readFileSync(join(folder, zone, name), 'utf8') }));
}
