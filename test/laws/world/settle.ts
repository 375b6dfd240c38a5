import type { World } from './world.ts';

/** Microtasks between two effects: more than the longest chain of promises in any process. */
const TICKS = 12;
const MOST_IDLE_TICKS = 2_000;

/** Lets every process go on until it waits for the world again, or ends. */
export async function settle({ running, stores }: World): Promise<void> {
  for (let tick = 0; tick < TICKS; tick += 1) await undefined;
  for (let tick = 0; stores.effects.count === 0 && running.size > 0; tick += 1) {
    await undefined;
    if (tick > MOST_IDLE_TICKS) throw new Error('a process waits for something that is not of this world');
  }
}
