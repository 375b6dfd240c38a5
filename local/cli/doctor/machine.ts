import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { openDuckDb } from '../../duckdb-engine.ts';
import { readModels } from '../../model-files.ts';
import { examined, type Finding, failure, ok, warning } from './finding.ts';

const NEEDED_NODE_MAJOR = 24;
const LITTLE_SPACE_BYTES = 2_000_000_000;
const NO_SPACE_BYTES = 100_000_000;

/** What the machine must offer, whatever the lake. */
export async function examineMachine(lakeFolder: string): Promise<readonly Finding[]> {
  return Promise.all([
    examined('Node', async () => nodeFinding()),
    examined('DuckDB', duckDbFinding),
    examined('SQL models', async () => modelsFinding()),
    examined('disk space', () => diskFinding(lakeFolder)),
  ]);
}

function nodeFinding(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NEEDED_NODE_MAJOR) return ok('Node', `${process.versions.node} (${process.execPath})`);
  return failure(
    'Node',
    `${process.versions.node}; Millpond needs ${NEEDED_NODE_MAJOR}: use \`npm run millpond\`.`,
  );
}

async function duckDbFinding(): Promise<Finding> {
  const engine = await openDuckDb({ file: ':memory:' });
  try {
    const { rows } = await engine.query('select version()');
    return ok('DuckDB', String(rows[0]?.[0]));
  } finally {
    engine.close();
  }
}

function modelsFinding(): Finding {
  const { models, checks } = readModels();
  return ok('SQL models', `${models.length} models and ${checks.length} checks can be read`);
}

async function diskFinding(lakeFolder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestFolder(path.resolve(lakeFolder)));
  const freeBytes = bavail * bsize;
  const free = `${(freeBytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes < NO_SPACE_BYTES) return failure('disk space', `${free}: free some before the next run.`);
  if (freeBytes < LITTLE_SPACE_BYTES)
    return warning('disk space', `${free}: soon too little for a larger lake.`);
  return ok('disk space', free);
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(path.dirname(folder));
}
