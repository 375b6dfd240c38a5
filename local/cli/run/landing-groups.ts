import { shardFamilies } from '../../event-source-mapping/shard-order.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import type { ShardDescription } from '../../stream-database.ts';

/**
 * The shards that have anything left, dealt out in turns to at most so many groups, none of them empty. Shards of which
 * one waits for the other, as after a split, come into one group, for no group waits for another.
 */
export function landingGroups(stream: LocalStream, most: number): readonly (readonly string[])[] {
  const positions = stream.positions(EVENTS_CONSUMER);
  const isDone = ({ shardId, lastSequence }: ShardDescription) =>
    Number(positions.get(shardId) ?? 0) >= Number(lastSequence ?? 0);
  const families = shardFamilies(stream.shards(), (shard) => shard.isClosed && isDone(shard))
    .map((family) => family.filter((shard) => !isDone(shard)).map(({ shardId }) => shardId))
    .filter((family) => family.length > 0);
  return Array.from({ length: Math.min(most, families.length) }, (_, group) =>
    families.filter((_family, place) => place % most === group).flat(),
  );
}
