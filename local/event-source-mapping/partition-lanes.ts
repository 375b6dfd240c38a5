/** FNV-1a, 32 bits: any even spread will do, for a key must only always meet the same lane. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The lane, 0 to lanes - 1, that takes all records of the partition key (rule 4). */
export function laneOf(partitionKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  let hash = FNV_OFFSET;
  for (let index = 0; index < partitionKey.length; index += 1) {
    hash = Math.imul(hash ^ partitionKey.charCodeAt(index), FNV_PRIME);
  }
  return (hash >>> 0) % lanes;
}
