import type { Choices } from './choices.ts';
import type { Budgets } from './plan.ts';
import type { World } from './world.ts';

/** A thing that can happen now and then. */
export interface Occasion {
  readonly budget: keyof Budgets;
  readonly isPossible: () => boolean;
  /** Lets it happen, and says so. */
  readonly happen: () => string;
}

/** What can happen in a world beside effects, polls and what producers send. */
export function occasionsOf(world: World, choices: Choices): readonly Occasion[] {
  const isRunning = (name: string) => [...world.running].some((process) => process.name === name);
  const invocations = () => [...world.running].filter(({ name }) => name.startsWith('consumer'));
  return [
    { budget: 'stagings', isPossible: () => !isRunning('stager'), happen: () => world.stage() },
    {
      budget: 'redrives',
      isPossible: () => world.unredriven > 0 && !isRunning('redrive'),
      happen: () => world.redrive(),
    },
    {
      budget: 'timeouts',
      isPossible: () => invocations().length > 0,
      happen: () => {
        const process = choices.pick(invocations());
        world.counts.timeouts += 1;
        process.end({ kind: 'failed', error: new Error('timed out') });
        return `${process.name} times out and goes on`;
      },
    },
    {
      budget: 'secondPollers',
      isPossible: () => true,
      happen: () => {
        world.newPoller(choices.pick(world.pollers).shard);
        return 'a second poller begins';
      },
    },
    { budget: 'pollerCrashes', isPossible: () => true, happen: () => crashPoller(world, choices) },
    { budget: 'reshards', isPossible: () => true, happen: () => reshard(world, choices) },
    {
      budget: 'forgottenClaims',
      isPossible: () => world.stores.claims.held.size > 0,
      happen: () => {
        world.stores.claims.held.delete(choices.pick([...world.stores.claims.held.keys()]));
        return 'a claim is forgotten';
      },
    },
    {
      budget: 'replays',
      isPossible: () => !isRunning('replay'),
      happen: () => world.replay(),
    },
    {
      budget: 'lostFailures',
      isPossible: () => world.unredriven > 0,
      happen: () => world.loseFailure(),
    },
    {
      budget: 'deployments',
      isPossible: () => true,
      happen: () => {
        world.release += 1;
        return 'another release is deployed';
      },
    },
  ];
}

/** A new poller goes on from the stored position, under its own cuts. */
function crashPoller(world: World, choices: Choices): string {
  const poller = choices.pick(world.pollers);
  poller.isGone = true;
  world.pollers.splice(world.pollers.indexOf(poller), 1);
  world.newPoller(poller.shard);
  return `a poller crashes`;
}

function reshard(world: World, choices: Choices): string {
  const { shards, nowMs } = world;
  const before = shards.all.length;
  const { open } = shards;
  const [left, right] = open;
  if (left === undefined) return 'no shard is open';
  // Two shards stay open, so that events go on meeting their copies in others.
  if (right !== undefined && open.length > 2 && choices.onceIn(2)) shards.merge(left, right, nowMs);
  else shards.split(left, nowMs);
  for (const shard of shards.all.slice(before)) world.newPoller(shard);
  return 'a shard splits or two merge';
}
