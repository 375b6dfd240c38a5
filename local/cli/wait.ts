import { setTimeout as pause } from 'node:timers/promises';
import type { CommandContext } from './context.ts';

const POLL_EVERY_MS = 250;

/**
 * Tries until it succeeds or `waitS` seconds are over; gives null when they are. `attempt` gives null for "not yet".
 * The first failure says in one line what is waited for. Throws InterruptedError on Ctrl-C.
 */
export async function waitFor<T>(
  context: Pick<CommandContext, 'clock' | 'reporter' | 'interrupt'>,
  options: { readonly waitS: number; readonly describe: () => string },
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  const endMs = context.clock.nowMs() + options.waitS * 1000;
  let hasSpoken = false;
  for (;;) {
    const result = await attempt();
    if (result !== null) return result;
    if (context.clock.nowMs() >= endMs) return null;
    if (!hasSpoken) context.reporter.info(`${options.describe()}: waiting up to ${options.waitS} s.`);
    hasSpoken = true;
    await pause(POLL_EVERY_MS);
    context.interrupt.check();
  }
}
