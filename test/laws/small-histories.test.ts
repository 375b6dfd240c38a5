import { describe, expect, it } from 'vitest';
import { mappingSettings } from '../../local/event-source-mapping/mapping-settings.ts';
import { breachesOf } from './world/check-history.ts';
import { type Choices, everyAnswer } from './world/choices.ts';
import { type Composition, SOUND } from './world/composition.ts';
import type { Mishap } from './world/mishaps.ts';
import type { Plan } from './world/plan.ts';
import { PLANTED_BUGS } from './world/planted-bugs.ts';
import { type PlannedRecord, type Sending, START_MS } from './world/sendings.ts';
import { settle } from './world/settle.ts';
import { World } from './world/world.ts';

const A: Sending = { kind: 'event', id: 0, content: 0, eventTimeMs: START_MS };
const B: Sending = { kind: 'event', id: 1, content: 0, eventTimeMs: START_MS };

const PLAN: Plan = {
  shards: 2,
  calls: [],
  mapping: mappingSettings({ batchSize: 3, bisectBatchOnFunctionError: true, reportBatchItemFailures: true }),
  hasClaims: true,
  isMended: false,
  isReinstating: false,
  isCompressing: false,
  maxBatchBytes: Number.POSITIVE_INFINITY,
  timeLimitMs: 60_000,
  weather: 0,
  roughMoves: 0,
  budgets: {
    stagings: 0,
    redrives: 0,
    timeouts: 0,
    secondPollers: 0,
    pollerCrashes: 0,
    reshards: 0,
    forgottenClaims: 0,
    deployments: 0,
    replays: 0,
    lostFailures: 0,
  },
};

interface SmallHistory {
  /** What the first shard holds, in one batch. */
  readonly batch: readonly Sending[];
  /** What the second shard holds. */
  readonly other: readonly Sending[];
  /** Pollers of the first shard, each with the whole batch in hand before anything else happens. */
  readonly pollers: number;
  readonly crashes: number;
  readonly hasClaims?: boolean;
  readonly composition?: Composition;
}

const CRASHES: readonly Mishap[] = ['none', 'dies before', 'dies after'];

/** Plays it to its end: at each effect any process goes on, and who lands the batch may die while crashes are left. */
async function playSmall(small: SmallHistory, choices: Choices): Promise<readonly string[]> {
  const { batch, other, pollers, hasClaims = true, composition = SOUND } = small;
  const world = new World(0, { ...PLAN, hasClaims }, choices, composition);
  const [first, second] = world.shards.all;
  if (first === undefined || second === undefined) throw new Error('two shards are open');
  const put = (sending: Sending, shard: number): void => {
    const planned: PlannedRecord = { sendings: [sending], shard };
    world.shards.put(planned, world.nowMs);
  };
  for (const sending of batch) put(sending, 0);
  for (const sending of other) put(sending, 1);
  for (let poller = 0; poller < pollers; poller += 1) world.newPoller(first);
  world.newPoller(second);
  for (const poller of world.pollers.filter(({ shard }) => shard === first)) world.poll(poller, false);
  let crashes = small.crashes;
  const { effects } = world.stores;
  for (;;) {
    await settle(world);
    const ready = world.pollers.find((poller) => poller.isReady(world.nowMs));
    if (effects.count > 0) {
      const place = choices.below(effects.count);
      const mayDie = crashes > 0 && effects.processAt(place)?.name === 'consumer 0';
      const mishap = mayDie ? choices.pick(CRASHES) : 'none';
      if (mishap !== 'none') crashes -= 1;
      effects.perform(place, mishap);
    } else if (ready !== undefined) world.poll(ready, false);
    else if (world.build.rows.length === 0) world.stage();
    else return breachesOf(world, 0);
    // Any pause is over.
    world.nowMs += 10_000;
  }
}

/** Plays every course that the small history can take. */
async function playAll(small: SmallHistory) {
  const broken: string[] = [];
  const histories = await everyAnswer(async (choices) => {
    const breaches = await playSmall(small, choices);
    if (breaches.length > 0) broken.push(`${choices.answers.join()}: ${breaches[0]}`);
  });
  return { histories, broken };
}

describe('every course of a small history', () => {
  const oneBatch = { batch: [A, B, A], other: [B], pollers: 1 };

  it.each([1, 2, 3])(
    'keeps the laws with %i crashes in a batch of three with a duplicate',
    async (crashes) => {
      const { histories, broken } = await playAll({ ...oneBatch, crashes });
      console.log(`${crashes} crashes: ${histories} histories`);

      expect(broken).toEqual([]);
      expect(histories).toBeGreaterThan(0);
    },
  );

  it('keeps the laws without claims', async () => {
    const { histories, broken } = await playAll({ ...oneBatch, crashes: 2, hasClaims: false });
    console.log(`2 crashes without claims: ${histories} histories`);

    expect(broken).toEqual([]);
    expect(histories).toBeGreaterThan(0);
  });

  it.each([
    [0, [A, A]],
    [1, [A]],
    [2, [A]],
  ] as const)(
    'fault 26: keeps the laws when two invocations land one batch, with %i crashes',
    async (crashes, batch) => {
      const { histories, broken } = await playAll({ batch, other: [], pollers: 2, crashes });
      console.log(`two invocations at once, ${crashes} crashes: ${histories} histories`);

      expect(broken).toEqual([]);
      expect(histories).toBeGreaterThan(0);
    },
  );

  it('finds a claim that knows no owner with one crash', async () => {
    const composition = PLANTED_BUGS['naive claim'];
    const { broken } = await playAll({ ...oneBatch, crashes: 1, composition });

    expect(broken.length).toBeGreaterThan(0);
  });
});
