import type { Checkpoint } from '../../../lambdas/domain/ledger.ts';
import type { WaitingShard } from '../../lake-stream.ts';
import { counted } from '../progress.ts';
import type { Gap } from './gaps.ts';
import { formatLag } from './lag.ts';

/** How far one shard has landed, as `--json` shows it. */
export interface ShardStatus {
  readonly shard_id: string;
  /** Up to here everything has landed but the gaps; null before the first batch. */
  readonly checkpoint: { readonly sequence: string; readonly arrival: string } | null;
  readonly waiting_records: number;
  readonly oldest_arrival: string | null;
  /** Since when its oldest record waits; 0 when none does. */
  readonly iterator_age_s: number;
  /** Batches that were given up and not redriven. */
  readonly gaps: number;
}

/** Every shard that the stream has or that has landed anything, in the order of their ids. */
export function shardStatuses(
  at: {
    readonly checkpoints: readonly Checkpoint[];
    readonly waiting: readonly WaitingShard[];
    readonly gaps: readonly Gap[];
  },
  nowMs: number,
): readonly ShardStatus[] {
  const checkpoints = new Map(
    at.checkpoints.filter(({ source }) => source === 'events').map((each) => [each.shardId, each]),
  );
  const waiting = new Map(at.waiting.map((each) => [each.shardId, each]));
  const shardIds = new Set([...checkpoints.keys(), ...waiting.keys(), ...at.gaps.map((gap) => gap.shard_id)]);
  return [...shardIds].sort().map((shardId) => {
    const checkpoint = checkpoints.get(shardId);
    const oldestMs = waiting.get(shardId)?.oldestArrivalMs ?? null;
    return {
      shard_id: shardId,
      checkpoint:
        checkpoint === undefined
          ? null
          : { sequence: checkpoint.sequence, arrival: new Date(checkpoint.arrivalTimeMs).toISOString() },
      waiting_records: waiting.get(shardId)?.records ?? 0,
      oldest_arrival: oldestMs === null ? null : new Date(oldestMs).toISOString(),
      iterator_age_s: oldestMs === null ? 0 : Math.max(0, (nowMs - oldestMs) / 1000),
      gaps: at.gaps.filter((gap) => gap.shard_id === shardId).length,
    };
  });
}

/** More shards than these are named only when something waits in them or is missing. */
const MAX_QUIET = 8;

/** One line a shard, for people. */
export function shardLines(shards: readonly ShardStatus[]): readonly string[] {
  const isShort = shards.length <= MAX_QUIET;
  const named = shards.filter((shard) => isShort || shard.waiting_records > 0 || shard.gaps > 0);
  const others = shards.length - named.length;
  return [
    ...named.map(shardLine),
    ...(others === 0 ? [] : [`${counted(others, 'other')} of which nothing waits or is missing`]),
  ];
}

function shardLine({
  shard_id: shardId,
  checkpoint,
  waiting_records: waiting,
  iterator_age_s: ageS,
  gaps,
}: ShardStatus): string {
  const landed =
    checkpoint === null
      ? 'nothing landed yet'
      : `to ${shortened(checkpoint.sequence)} of ${checkpoint.arrival}`;
  const waits = waiting === 0 ? '' : `, ${counted(waiting, 'record')} for ${formatLag(ageS)}`;
  const missing = gaps === 0 ? '' : `, ${counted(gaps, 'gap')}`;
  return `${shardId.replace(/^shardId-0*(?=\d)/, '')}: ${landed}${waits}${missing}`;
}

/** Kinesis' sequence numbers have 56 digits; the last ones tell them apart. */
function shortened(sequence: string): string {
  return sequence.length <= 20 ? sequence : `…${sequence.slice(-16)}`;
}
