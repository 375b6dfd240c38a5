/** A shard among its stream's. */
export interface ShardLineage {
  readonly shardId: string;
  /** The shards that were split or merged into it; one that the stream no longer lists may still stand here. */
  readonly parentShardIds: readonly string[];
}

/**
 * The shards that may be read now: a shard's parents are read to their end before it, so that a key's records keep
 * their order over a split or merge (rule 12). A parent that the stream no longer lists has nothing left to read; one
 * that never held a record lets nobody pass before its own parents are read.
 * `isDrained`: closed, and all of it done.
 */
export function readableShards<S extends ShardLineage>(
  shards: readonly S[],
  isDrained: (shard: S) => boolean,
): readonly S[] {
  const finished = finishedShards(shards, isDrained);
  const known = new Set(shards.map(({ shardId }) => shardId));
  return shards.filter(
    (shard) =>
      !isDrained(shard) && shard.parentShardIds.every((parent) => finished.has(parent) || !known.has(parent)),
  );
}

/**
 * Shards that must be read by one reader, since one waits for the other, in groups. `shards` and each group have
 * parents before their children; shards that hold nobody up stand alone.
 */
export function shardFamilies<S extends ShardLineage>(
  shards: readonly S[],
  isDrained: (shard: S) => boolean,
): readonly (readonly S[])[] {
  const finished = finishedShards(shards, isDrained);
  const families = new Map<string, S[]>();
  for (const shard of shards) {
    const family = [shard];
    for (const parentId of shard.parentShardIds) {
      const parents = families.get(parentId);
      if (parents === undefined || finished.has(parentId)) continue;
      if (!family.some(({ shardId }) => shardId === parentId)) family.unshift(...parents);
    }
    for (const { shardId } of family) families.set(shardId, family);
  }
  return [...new Set(families.values())];
}

/** Ids of the shards that are drained with all of their ancestors. */
function finishedShards<S extends ShardLineage>(
  shards: readonly S[],
  isDrained: (shard: S) => boolean,
): ReadonlySet<string> {
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const verdicts = new Map<string, boolean>();
  const isFinished = (shardId: string): boolean => {
    const shard = byId.get(shardId);
    if (shard === undefined) return true;
    const known = verdicts.get(shardId);
    if (known !== undefined) return known;
    const verdict = isDrained(shard) && shard.parentShardIds.every(isFinished);
    verdicts.set(shardId, verdict);
    return verdict;
  };
  return new Set(shards.map(({ shardId }) => shardId).filter(isFinished));
}
