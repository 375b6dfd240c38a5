import type { World } from './world.ts';

/** Microtasks between two effects: more than the longest chain of promises in any process. */
const TICKS = 10;
/** After a process has asked for its next effect: for what goes on beside it. */
const TICKS_AFTER_PROGRESS = 2;
const MOST_IDLE_TICKS = 2_000;

/** Lets processes go on until they wait for the world again, or end. */
export async function settle({ running, stores }: World): Promise<void> {
  const { effects } = stores;
  const { issued } = effects;
  let left = TICKS;
  while (left > 0) {
    await undefined;
    left -= 1;
    if (effects.issued > issued && left > TICKS_AFTER_PROGRESS) left = TICKS_AFTER_PROGRESS;
  }
  for (let tick = 0; effects.count === 0 && running.size > 0; tick += 1) {
    await undefined;
    if (tick > MOST_IDLE_TICKS) throw new Error('a process waits for something that is not of this world');
  }
}
