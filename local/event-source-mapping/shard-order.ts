/** A shard among its stream's. */
export interface ShardLineage {
  readonly shardId: string;
  /** The shards that were split or merged into it; one that the stream no longer lists may still stand here. */
  readonly parentShardIds: readonly string[];
}

/**
 * The shards that may be read now: a shard's parents are read to their end before it, so that a key's records keep
 * their order over a split or merge (rule 12). A parent that the stream no longer lists has nothing left to read.
 * `isDrained`: closed, and all of it done.
 */
export function readableShards<S extends ShardLineage>(
  shards: readonly S[],
  isDrained: (shard: S) => boolean,
): readonly S[] {
  const undrained = new Set(shards.filter((shard) => !isDrained(shard)).map(({ shardId }) => shardId));
  return shards.filter(
    ({ shardId, parentShardIds }) =>
      undrained.has(shardId) && !parentShardIds.some((parent) => undrained.has(parent)),
  );
}

/**
 * Shards that must be read by one reader, since one waits for the other, in groups; parents come before their
 * children. Drained shards hold nobody up and stand alone.
 */
export function shardFamilies<S extends ShardLineage>(
  shards: readonly S[],
  isDrained: (shard: S) => boolean,
): readonly (readonly S[])[] {
  const families = new Map<string, S[]>();
  for (const shard of shards) {
    const family = [shard];
    for (const parentId of shard.parentShardIds) {
      const parents = families.get(parentId);
      const parent = parents?.find(({ shardId }) => shardId === parentId);
      if (parents === undefined || parent === undefined || isDrained(parent)) continue;
      if (!family.includes(parent)) family.unshift(...parents);
    }
    for (const { shardId } of family) families.set(shardId, family);
  }
  return [...new Set(families.values())];
}
