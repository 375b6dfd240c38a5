/**
 * What `work` makes of each item, in the order of the items: each lane takes the next one that waits. After a failure
 * none is begun; it is thrown once those in hand have ended.
 */
export async function inLanes<Lane, Item, Result>(
  lanes: readonly Lane[],
  items: readonly Item[],
  work: (lane: Lane, item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const waiting = items.entries();
  const results: Result[] = [];
  let hasFailed = false;
  const ends = await Promise.allSettled(
    lanes.map(async (lane) => {
      for (const [index, item] of waiting) {
        try {
          results[index] = await work(lane, item);
        } catch (error) {
          hasFailed = true;
          throw error;
        }
        if (hasFailed) return;
      }
    }),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}
