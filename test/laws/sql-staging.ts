import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Model } from '../../lambdas/domain/models/model.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { buildModel } from '../../lambdas/run-lake/build-model.ts';
import { loadSources } from '../../lambdas/run-lake/load-sources.ts';
import { reconcile } from '../../lambdas/run-lake/reconcile.ts';
import type { Reconciliation } from '../../lambdas/run-lake/run-record.ts';
import { type DuckDbEngine, openDuckDb } from '../../local/duckdb-engine.ts';
import { readModels } from '../../local/model-files.ts';
import type { StagedObjects } from './world/sample.ts';
import { ALLOWED_LATENESS_MS } from './world/sendings.ts';

const TABLES = ['stg_events', 'stg_late_events', 'stg_id_conflicts', 'orphan_claims'] as const;

export interface SqlStaging {
  /** As stagingLine writes them. */
  readonly lines: readonly string[];
  readonly orphans: number;
  readonly reconciliation: Reconciliation;
}

/**
 * Stages many histories at once by the product's own sources and models on DuckDB: their objects lie in one folder, and
 * each has shards and ids of its own.
 */
export async function stageBySql(samples: readonly StagedObjects[]): Promise<SqlStaging> {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-laws-'));
  const engine = await openDuckDb({ file: ':memory:', threads: 1 });
  try {
    for (const [key, bytes] of samples.flatMap(({ objects }) => objects))
      writeObject(join(folder, key), bytes);
    const rows = samples.flatMap((sample) => sample.rows);
    const models = neededModels();
    const deps = { engine, objects: objectsIn(folder), models: { models, checks: [] } };
    await loadSources(
      deps,
      { objectsRoot: `${folder}/`, warehouse: '' },
      {
        runId: 'run',
        rows,
        notes: new Map(),
        admissions: [],
        mode: 'full',
        state: { watermarkMs: null, allowedLatenessMs: ALLOWED_LATENESS_MS, reportingCurrency: null },
      },
    );
    for (const model of models) {
      if (model.kind !== 'source' || model.origin === 'select') await buildModel(engine, model, '');
    }
    return {
      lines: await linesOf(engine),
      orphans: Number((await engine.query('select count(*) from orphan_claims')).rows[0]?.[0]),
      reconciliation: await reconcile(engine, rows),
    };
  } finally {
    engine.close();
    rmSync(folder, { recursive: true });
  }
}

/** The staging tables that events go through and all that these read. */
function neededModels(): readonly Model[] {
  const { models } = readModels();
  const needed = new Set<string>([
    'ledger',
    'stg_duplicates',
    'stg_refused',
    'stg_repeats',
    'set_aside_objects',
  ]);
  const waiting: string[] = [...TABLES];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    needed.add(name);
    waiting.push(...(models.find((model) => model.name === name)?.inputs ?? []));
  }
  return models.filter(({ name }) => needed.has(name));
}

/** Histories write bodies as they are; engines know the codec by the name. */
function writeObject(file: string, bytes: Uint8Array): void {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, isGzip ? bytes : gzipSync(bytes, { level: 1 }));
}

/** All that loading sources asks of the store. */
function objectsIn(folder: string): ObjectStore {
  const refuse = () => {
    throw new Error('staging by SQL reads objects through the engine');
  };
  return { putIfAbsent: refuse, get: refuse, list: refuse, locationOf: (key) => `${folder}/${key}` };
}

async function linesOf(engine: DuckDbEngine): Promise<readonly string[]> {
  const place = `event_id, shard_id, sequence_number, record_index, ledger_id, epoch_ms(arrival_time)`;
  const content = `epoch_ms(event_time), page_path`;
  const { rows } = await engine.query(`
    select concat_ws(' ', 'stg_events', ${place}, ${content}) from stg_events
    union all select concat_ws(' ', 'stg_late_events', ${place}, ${content}) from stg_late_events
    union all select concat_ws(' ', 'stg_id_conflicts', ${place}) from stg_id_conflicts`);
  return rows.map(([line]) => String(line));
}
