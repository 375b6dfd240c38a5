import { claimLakeForUser, type Lake, openOrCreateLake } from '../lake.ts';
import type { CommandContext } from './context.ts';

/** The lake of the context, made when there is none, into which someone's own data goes. Throws LakeError. */
export function openUserLake(context: CommandContext): Lake {
  const { lake, isNew } = openOrCreateLake(context.lakeFolder, {
    madeBy: 'user',
    nowMs: context.clock.nowMs(),
  });
  if (isNew) context.reporter.info(`Made a new lake in ${lake.folder}.`);
  return lake;
}

/** From now on the demo may not clear the lake; says so when that is a change. */
export function claimForUser(context: CommandContext, lake: Lake): void {
  if (!claimLakeForUser(lake, context.clock.nowMs())) return;
  context.reporter.info("This was the demo's lake; it is yours now, so the demo will not clear it.");
}
