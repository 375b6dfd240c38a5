import { readableShards } from '../../../local/event-source-mapping/shard-order.ts';
import type { Choices } from './choices.ts';
import { type Composition, SOUND } from './composition.ts';
import { type Mishap, nextMishap } from './mishaps.ts';
import { type Occasion, occasionsOf } from './occasions.ts';
import { type Budgets, type Plan, planHistory } from './plan.ts';
import type { Poller } from './poller.ts';
import { orphansOf } from './recovery.ts';
import { settle } from './settle.ts';
import { World } from './world.ts';

const MOST_MOVES = 5_000;
const SLOW_MS = 9_000;
const MOVES_OF_RECOVERY = 10;

/** Trouble of one kind: what the plan is changed to, and which mishaps an effect of a name may meet. */
export interface Trouble {
  readonly plan?: Partial<Plan>;
  readonly budgets?: Partial<Budgets>;
  readonly mishaps: (effect: string) => readonly Mishap[];
}

export interface Play {
  readonly choices: Choices;
  readonly history: number;
  readonly composition?: Composition;
  /** Collects what happens, in words. */
  readonly trace?: string[];
  readonly trouble?: Trouble;
  /** Fewer make shorter counterexamples. */
  readonly fewestRecords?: number;
}

/** Plays one history to its end, when everything is landed and staged, and gives the world as it is then. */
export async function play(options: Play): Promise<World> {
  const { choices, history, composition = SOUND, fewestRecords, trouble } = options;
  const planned = planHistory(choices, fewestRecords);
  const plan = trouble === undefined ? planned : troubled(planned, trouble);
  const world = new World(history, plan, choices, composition);
  for (const shard of world.shards.all) world.newPoller(shard);
  const player = new Player(world, plan, options);
  for (let moves = 0; await player.move(); moves += 1) {
    if (moves > MOST_MOVES) throw new Error('the history does not end');
  }
  return world;
}

function troubled(plan: Plan, { plan: changes, budgets }: Trouble): Plan {
  return { ...plan, ...changes, budgets: { ...plan.budgets, ...budgets } };
}

interface LastStep {
  readonly take: () => string;
  /** How many moves of rough weather come with it. */
  readonly roughMoves: number;
}

class Player {
  readonly #world: World;
  readonly #plan: Plan;
  readonly #choices: Choices;
  readonly #trace: string[] | undefined;
  readonly #trouble: Trouble | undefined;
  readonly #left: { -readonly [budget in keyof Budgets]: number };
  readonly #occasions: readonly Occasion[];
  #callsDone = 0;
  #roughMoves: number;
  /** What brings a history to its end, once all is landed. */
  readonly #lastSteps: LastStep[];

  constructor(world: World, plan: Plan, { choices, trace, trouble }: Play) {
    this.#world = world;
    this.#plan = plan;
    this.#choices = choices;
    this.#trace = trace;
    this.#trouble = trouble;
    this.#roughMoves = plan.roughMoves;
    this.#left = { ...plan.budgets };
    this.#occasions = occasionsOf(world, choices);
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
      this.#poll(pollers[move - effects.count] as Poller, isRough);
    else this.#send();
    return true;
  }

  /** An invocation can be throttled before the consumer has seen anything. */
  #poll(poller: Poller, isRough: boolean): void {
    const { weather } = this.#plan;
    const isThrottled =
      isRough && weather > 0 && this.#trouble === undefined && this.#choices.onceIn(weather);
    if (isThrottled) this.#world.counts.throttles += 1;
    this.#say(this.#world.poll(poller, isThrottled));
  }

  #effect(place: number, isRough: boolean): void {
    const world = this.#world;
    const mishap = isRough ? this.#mishap(place) : 'none';
    if (mishap !== 'none') world.counts.mishaps += 1;
    this.#sayEffect(place, mishap);
    world.nowMs += mishap === 'slow' ? SLOW_MS : 5;
    world.stores.effects.perform(place, mishap);
  }

  #mishap(place: number): Mishap {
    if (this.#trouble === undefined) return nextMishap(this.#choices, this.#plan.weather);
    const possible = this.#trouble.mishaps(this.#world.stores.effects.nameAt(place));
    return possible.length > 0 && this.#choices.onceIn(3) ? this.#choices.pick(possible) : 'none';
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
    this.#roughMoves = step.roughMoves;
    this.#say(step.take());
    return true;
  }

  /** Recoveries go once through rough weather, then again: the second time they add what is missing and no more. */
  #allLastSteps(): LastStep[] {
    const world = this.#world;
    const stage = { take: () => world.stage(), roughMoves: 0 };
    const inBothWeathers = (take: () => string): readonly LastStep[] => [
      { take, roughMoves: MOVES_OF_RECOVERY },
      { take, roughMoves: 0 },
    ];
    const replays = this.#plan.isMended ? inBothWeathers(() => world.replay()) : [];
    const reinstatements = this.#plan.isReinstating
      ? inBothWeathers(() => world.reinstate(orphansOf(world)))
      : [];
    return [...replays, stage, ...reinstatements.flatMap((step) => [step, stage])];
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
