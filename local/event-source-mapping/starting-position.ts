/** Where a mapping that is new begins to read (rule 11). */
export type StartingPosition =
  | { readonly kind: 'TRIM_HORIZON' }
  | { readonly kind: 'LATEST' }
  | { readonly kind: 'AT_TIMESTAMP'; readonly timestampMs: number };

/** A shard as a new mapping finds it. */
export interface ShardAtStart {
  readonly shardId: string;
  /** Its newest record; null: it has none. */
  readonly lastSequence: string | null;
}

/**
 * The place behind which a new mapping reads each shard that the stream has when the mapping begins. A shard that is
 * not named is read from its oldest record on, as are all that come later by a split or merge, whatever the starting
 * position: so LATEST skips what is older than the mapping, and nothing that is younger.
 * `sequenceBefore`: the shard's last record before its first one that arrived at the time or later; null: none.
 */
export function startingPositions(
  start: StartingPosition,
  shards: readonly ShardAtStart[],
  sequenceBefore: (shardId: string, timestampMs: number) => string | null,
): ReadonlyMap<string, string> {
  const positions = new Map<string, string>();
  for (const { shardId, lastSequence } of shards) {
    const position =
      start.kind === 'TRIM_HORIZON'
        ? null
        : start.kind === 'LATEST'
          ? lastSequence
          : sequenceBefore(shardId, start.timestampMs);
    if (position !== null) positions.set(shardId, position);
  }
  return positions;
}
