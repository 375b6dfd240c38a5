import type { World } from './world.ts';

/** What a run of histories went through; what the generator promises of each is kept as a least value. */
export interface Statistics {
  histories: number;
  records: number;
  invocations: number;
  mishaps: number;
  deaths: number;
  timeouts: number;
  throttles: number;
  discards: number;
  redrives: number;
  stagings: number;
  reshards: number;
  tooLate: number;
  conflicts: number;
  replayedRows: number;
  reinstatedRows: number;
  leastShards: number;
  /** Batches that landed, and those that were lost before. */
  leastBatches: number;
  /** Histories in which no event went to two shards. */
  withoutCopiesAcrossShards: number;
}

export function noStatistics(): Statistics {
  return {
    histories: 0,
    records: 0,
    invocations: 0,
    mishaps: 0,
    deaths: 0,
    timeouts: 0,
    throttles: 0,
    discards: 0,
    redrives: 0,
    stagings: 0,
    reshards: 0,
    tooLate: 0,
    conflicts: 0,
    replayedRows: 0,
    reinstatedRows: 0,
    leastShards: Number.POSITIVE_INFINITY,
    leastBatches: Number.POSITIVE_INFINITY,
    withoutCopiesAcrossShards: 0,
  };
}

export function countHistory(sum: Statistics, world: World): void {
  const { counts, shards, build, stores, plan } = world;
  sum.histories += 1;
  sum.records += shards.all.reduce((records, shard) => records + shard.accepted.length, 0);
  sum.invocations += counts.invocations;
  sum.mishaps += counts.mishaps;
  sum.deaths += counts.deaths;
  sum.timeouts += counts.timeouts;
  sum.throttles += counts.throttles;
  sum.discards += counts.discards;
  sum.redrives += counts.redrives;
  sum.stagings += counts.stagings;
  sum.reshards += shards.all.length > plan.shards ? 1 : 0;
  sum.tooLate += build.tables.tooLate.size;
  sum.conflicts += build.tables.conflicts.length;
  for (const { origin } of stores.ledger.rows.values()) {
    if (origin === 'replay') sum.replayedRows += 1;
    if (origin === 'reinstate') sum.reinstatedRows += 1;
  }
  sum.leastShards = Math.min(sum.leastShards, plan.shards);
  sum.leastBatches = Math.min(sum.leastBatches, stores.ledger.rows.size + counts.lostFailures);
  sum.withoutCopiesAcrossShards += hasCopiesAcrossShards(world) ? 0 : 1;
}

function hasCopiesAcrossShards(world: World): boolean {
  const shardOf = new Map<number, string>();
  for (const { record, sendings } of world.shards.records()) {
    for (const sending of sendings) {
      if (sending.kind === 'poison') continue;
      const shardId = shardOf.get(sending.id) ?? record.shardId;
      if (shardId !== record.shardId) return true;
      shardOf.set(sending.id, shardId);
    }
  }
  return false;
}

/** The statistics of several workers as one. */
export function addStatistics(left: Statistics, right: Statistics): Statistics {
  const sum = noStatistics();
  for (const name of Object.keys(sum) as (keyof Statistics)[]) {
    sum[name] = name.startsWith('least') ? Math.min(left[name], right[name]) : left[name] + right[name];
  }
  return sum;
}
