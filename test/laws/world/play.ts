import { readableShards } from '../../../local/event-source-mapping/shard-order.ts';
import type { Choices } from './choices.ts';
import { type Composition, SOUND } from './composition.ts';
import { nextMishap } from './mishaps.ts';
import { type Budgets, type Plan, planHistory } from './plan.ts';
import type { Poller } from './poller.ts';
import { orphansOf } from './recovery.ts';
import { settle } from './settle.ts';
import { World } from './world.ts';

const MOST_MOVES = 5_000;
const SLOW_MS = 9_000;

export interface Play {
  readonly choices: Choices;
  readonly history: number;
  readonly composition?: Composition;
  /** Collects what happens, in words. */
  readonly trace?: string[];
  /** Fewer make shorter counterexamples. */
  readonly fewestRecords?: number;
}

/** Plays one history to its end, when everything is landed and staged, and gives the world as it is then. */
export async function play(options: Play): Promise<World> {
  const { choices, history, composition = SOUND, trace, fewestRecords } = options;
  const plan = planHistory(choices, fewestRecords);
  const world = new World(history, plan, choices, composition);
  for (const shard of world.shards.all) world.newPoller(shard);
  const player = new Player(world, plan, choices, trace);
  for (let moves = 0; await player.move(); moves += 1) {
    if (moves > MOST_MOVES) throw new Error('the history does not end');
  }
  return world;
}

/** A thing that can happen now and then. */
interface Occasion {
  readonly budget: keyof Budgets;
  readonly isPossible: () => boolean;
  readonly happen: () => string;
}

class Player {
  readonly #world: World;
  readonly #plan: Plan;
  readonly #choices: Choices;
  readonly #trace: string[] | undefined;
  readonly #left: { -readonly [budget in keyof Budgets]: number };
  readonly #occasions: readonly Occasion[];
  #callsDone = 0;
  #roughMoves: number;
  /** What brings a history to its end, once all is landed. */
  readonly #lastSteps: (() => string)[];

  constructor(world: World, plan: Plan, choices: Choices, trace: string[] | undefined) {
    this.#world = world;
    this.#plan = plan;
    this.#choices = choices;
    this.#trace = trace;
    this.#roughMoves = plan.roughMoves;
    this.#left = { ...plan.budgets };
    this.#occasions = this.#allOccasions();
    this.#lastSteps = this.#allLastSteps();
  }

  /** One move of anybody; false: the history is over. */
  async move(): Promise<boolean> {
    if (!this.#happens()) return false;
    await settle(this.#world);
    return true;
  }

  #happens(): boolean {
    const isRough = this.#roughMoves > 0;
    this.#roughMoves -= 1;
    if (isRough && this.#choices.onceIn(6) && this.#rareMove()) return true;
    return this.#usualMove(isRough) || this.#lastMove();
  }

  /** An effect, a poller's turn, or a producer's call; in calm weather the first of these that there is. */
  #usualMove(isRough: boolean): boolean {
    const world = this.#world;
    const { effects } = world.stores;
    const pollers = this.#readingPollers().filter((poller) => poller.isReady(world.nowMs));
    const calls = this.#plan.calls.length > this.#callsDone ? 1 : 0;
    const moves = effects.count + pollers.length + calls;
    if (moves === 0) return this.#wait();
    const move = isRough ? this.#choices.below(moves) : 0;
    if (move < effects.count) this.#effect(move, isRough);
    else if (move < effects.count + pollers.length)
      this.#say(world.poll(pollers[move - effects.count] as Poller));
    else this.#send();
    return true;
  }

  #effect(place: number, isRough: boolean): void {
    const world = this.#world;
    const mishap = isRough ? nextMishap(this.#choices, this.#plan.weather) : 'none';
    if (mishap !== 'none') world.counts.mishaps += 1;
    this.#sayEffect(place, mishap);
    world.nowMs += mishap === 'slow' ? SLOW_MS : 5;
    world.stores.effects.perform(place, mishap);
  }

  #send(): void {
    const world = this.#world;
    const call = this.#plan.calls[this.#callsDone] ?? [];
    this.#callsDone += 1;
    // Whole seconds, so that arrivals of different shards meet.
    world.nowMs = Math.ceil(world.nowMs / 1_000) * 1_000;
    const places = call.map((planned) => world.shards.put(planned, world.nowMs).record.sequenceNumber);
    this.#say(`producers send ${places.join(' ')}`);
  }

  /** Nothing can be done but to wait for a pause to end. */
  #wait(): boolean {
    const world = this.#world;
    const dueMs = Math.min(
      ...this.#readingPollers().map((poller) => poller.dueMs() ?? Number.POSITIVE_INFINITY),
    );
    if (!Number.isFinite(dueMs)) return false;
    world.nowMs = Math.max(world.nowMs, dueMs);
    return true;
  }

  /** When all is landed: what was given up is redriven, what can be recovered is, then all is staged. */
  #lastMove(): boolean {
    const world = this.#world;
    this.#roughMoves = 0;
    if (world.unredriven > 0) {
      this.#say(world.redrive());
      return true;
    }
    const step = this.#lastSteps.shift();
    if (step === undefined) return false;
    this.#say(step());
    return true;
  }

  #allLastSteps(): (() => string)[] {
    const world = this.#world;
    const steps = [() => world.stage()];
    if (this.#plan.isMended) steps.unshift(() => world.replay());
    if (this.#plan.isReinstating)
      steps.push(
        () => world.reinstate(orphansOf(world)),
        () => world.stage(),
      );
    return steps;
  }

  #rareMove(): boolean {
    const possible = this.#occasions.filter(
      ({ budget, isPossible }) => this.#left[budget] > 0 && isPossible(),
    );
    if (possible.length === 0) return false;
    const occasion = this.#choices.pick(possible);
    this.#left[occasion.budget] -= 1;
    this.#say(occasion.happen());
    return true;
  }

  /** The pollers of shards that are read now: after their parents, and until they are done. */
  #readingPollers(): readonly Poller[] {
    const world = this.#world;
    if (world.shards.all.length === this.#plan.shards) return world.pollers;
    const readable = new Set(readableShards(world.shards.all, (shard) => world.isDrained(shard)));
    return world.pollers.filter(({ shard }) => readable.has(shard));
  }

  #allOccasions(): readonly Occasion[] {
    const world = this.#world;
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
          const process = this.#choices.pick(invocations());
          world.counts.timeouts += 1;
          process.end({ kind: 'failed', error: new Error('timed out') });
          return `${process.name} times out and goes on`;
        },
      },
      {
        budget: 'secondPollers',
        isPossible: () => true,
        happen: () => {
          world.newPoller(this.#choices.pick(world.pollers).shard);
          return 'a second poller begins';
        },
      },
      { budget: 'pollerCrashes', isPossible: () => true, happen: () => this.#crashPoller() },
      { budget: 'reshards', isPossible: () => true, happen: () => this.#reshard() },
      {
        budget: 'forgottenClaims',
        isPossible: () => world.stores.claims.held.size > 0,
        happen: () => {
          world.stores.claims.held.delete(this.#choices.pick([...world.stores.claims.held.keys()]));
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
  #crashPoller(): string {
    const world = this.#world;
    const poller = this.#choices.pick(world.pollers);
    poller.isGone = true;
    world.pollers.splice(world.pollers.indexOf(poller), 1);
    world.newPoller(poller.shard);
    return `a poller crashes`;
  }

  #reshard(): string {
    const { shards, nowMs } = this.#world;
    const before = shards.all.length;
    const { open } = shards;
    const [left, right] = open;
    if (left === undefined) return 'no shard is open';
    // Two shards stay open, so that events go on meeting their copies in others.
    if (right !== undefined && open.length > 2 && this.#choices.onceIn(2)) shards.merge(left, right, nowMs);
    else shards.split(left, nowMs);
    for (const shard of shards.all.slice(before)) this.#world.newPoller(shard);
    return 'a shard splits or two merge';
  }

  /** Effects without a mishap are of interest while several processes run. */
  #sayEffect(place: number, mishap: string): void {
    const { stores, running } = this.#world;
    if (mishap === 'none' && (running.size < 2 || this.#roughMoves < 0)) return;
    this.#say(`${stores.effects.nameAt(place)}${mishap === 'none' ? '' : ` (${mishap})`}`);
  }

  #say(what: string): void {
    this.#trace?.push(what);
  }
}
