import { createHash } from 'node:crypto';
import { openCompression } from '../../lambdas/consume-events/compression.ts';
import { type BatchOutcome, consumeBatch } from '../../lambdas/consume-events/consume-batch.ts';
import type { ModelLibrary } from '../../lambdas/domain/models/model.ts';
import { predecessors } from '../../lambdas/domain/models/model-library.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import { readModels } from '../../local/model-files.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';
import type { LakeUnderTest } from './lake-under-test.ts';

const CLAIM_TTL_MS = 8 * 86_400_000;

/** What came to a shard: an event as sent, and when. */
export interface Arrival {
  readonly line: string;
  readonly arrivalTimeMs: number;
}

/** Sources, staging, what these stand on, and the checks that ask no more: what tells whether staging is right, in a fraction of the time. */
export function stagingModels(): ModelLibrary {
  const { models, checks } = readModels();
  const byName = new Map(models.map((model) => [model.name, model]));
  const needed = new Set<string>();
  const need = (name: string): void => {
    const model = byName.get(name);
    if (model === undefined || needed.has(name)) return;
    needed.add(name);
    for (const other of [...predecessors(model), ...model.standing.map((table) => table.name)]) need(other);
  };
  for (const { name, file } of models) if (/^(sources|staging)\//.test(file)) need(name);
  const asked = checks.filter(({ inputs }) => inputs.every((input) => needed.has(input)));
  for (const name of asked.flatMap(predecessors)) need(name);
  return { models: models.filter(({ name }) => needed.has(name)), checks: asked };
}

/** The arrivals as a shard holds them: sequences rise by one from `first` on. */
export function recordsOf(arrivals: readonly Arrival[], shardId: string, first = 1): readonly StreamRecord[] {
  return arrivals.map(({ line, arrivalTimeMs }, index) => ({
    shardId,
    sequenceNumber: String(first + index),
    partitionKey: 'd',
    arrivalTimeMs,
    data: new TextEncoder().encode(line),
  }));
}

export interface Landing {
  readonly size: number;
  readonly dedup?: 'owner' | 'ledger';
  readonly codec?: 'gzip' | 'zstd';
}

/** Lands records of one shard in batches of that many. */
export async function land(
  lake: LakeUnderTest,
  records: readonly StreamRecord[],
  { size, dedup = 'ledger', codec = 'gzip' }: Landing,
): Promise<readonly BatchOutcome[]> {
  const claims = dedup === 'owner' ? lake.stores.claims : null;
  const deps = { ...lake.stores, claims, telemetry: new MemoryTelemetry() };
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression({ codec, level: 1 }) };
  const outcomes: BatchOutcome[] = [];
  for (let at = 0; at < records.length; at += size) {
    const batch = records.slice(at, at + size);
    const shardId = batch[0]?.shardId ?? '';
    outcomes.push(await consumeBatch({ shardId, records: batch }, deps, settings));
  }
  return outcomes;
}

const PLACES = ['ledger_id', 'shard_id', 'sequence_number', 'record_index'];
const ARRIVAL = ['arrival_time', 'arrival_date', 'lateness_s'];

/**
 * A digest of what staging holds, whichever batches and places in the stream it came by; with `isTimeless`, whenever it
 * came. Of conflicts only the ids: without claims a batch compares with its own first copy, staging with the first of all.
 */
export async function stagingHash(lake: LakeUnderTest, isTimeless = false): Promise<string> {
  const left = isTimeless ? [...PLACES, ...ARRIVAL] : PLACES;
  const hash = createHash('sha256');
  for (const table of ['stg_events', 'stg_late_events', 'stg_order_lines']) {
    for (const row of await lake.rows(`select * from ${table} order by 1, 2, 3`)) {
      const cells = Object.entries(row).filter(([name]) => !left.includes(name));
      hash.update(JSON.stringify(cells, (_, cell) => (typeof cell === 'bigint' ? String(cell) : cell)));
    }
  }
  const conflicts =
    "select distinct event_id from quarantined_records where reason = 'id_conflict' order by 1";
  hash.update(JSON.stringify(await lake.rows(conflicts)));
  return hash.digest('hex');
}
