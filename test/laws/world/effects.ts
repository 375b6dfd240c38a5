import type { Choices } from './choices.ts';
import { type Mishap, StoreFailure } from './mishaps.ts';

/** A process: an invocation of the consumer, a run of staging, a redrive. It lives from effect to effect. */
export interface Process {
  readonly name: string;
  /** What it has asked of the world and not heard of yet. */
  pending: number;
  isDead: boolean;
  /** What the claim store has answered to it. */
  heard: string;
  /** Something happened to it that it may fail of. */
  isExcused: boolean;
  onDeath(): void;
}

/** One thing that a process does to the outside world; nothing is done before the scheduler says so. */
export interface Effect<T> {
  readonly name: string;
  readonly apply: () => T;
  /** What the client answers when the store refuses or the answer is lost; without it, it throws. */
  readonly whenRefused?: () => T;
  /** What takes place of an effect of several parts when the process dies in the midst of it. */
  readonly applyPart?: (choices: Choices) => void;
}

interface PendingEffect {
  readonly process: Process;
  readonly effect: Effect<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Holds the effects of all processes until they are told to take place, one at a time, in any order. A process runs
 * only between its effects, so every interleaving of effects is every interleaving there is.
 */
export class Effects {
  readonly #pending: PendingEffect[] = [];
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** How many effects processes have asked for so far. */
  issued = 0;

  get count(): number {
    return this.#pending.length;
  }

  /** The process's next effect; settles when it took place, never when the process is dead by then. */
  of<T>(process: Process, effect: Effect<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (process.isDead) return;
      process.pending += 1;
      this.issued += 1;
      this.#pending.push({ process, effect, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  nameAt(place: number): string {
    const pending = this.#pending[place];
    return pending === undefined ? '' : `${pending.process.name} ${pending.effect.name}`;
  }

  processAt(place: number): Process | undefined {
    return this.#pending[place]?.process;
  }

  /** Lets the effect at a place of the queue take place, or not, as the mishap says. */
  perform(place: number, mishap: Mishap): void {
    const [pending] = this.#pending.splice(place, 1);
    if (pending === undefined) throw new RangeError(`no effect waits at place ${place}`);
    const { process, effect, resolve, reject } = pending;
    process.pending -= 1;
    if (process.isDead) {
      effect.apply();
      return;
    }
    if (mishap === 'dies before' || mishap === 'dies after') {
      if (mishap === 'dies after') effect.apply();
      else effect.applyPart?.(this.#choices);
      this.#kill(process);
    } else if (mishap === 'refused' || mishap === 'answer lost') {
      if (mishap === 'answer lost') effect.apply();
      if (effect.whenRefused !== undefined) resolve(effect.whenRefused());
      else {
        process.isExcused = true;
        reject(new StoreFailure(`${effect.name}: ${mishap}`));
      }
    } else {
      if (mishap === 'sent twice') effect.apply();
      resolve(effect.apply());
    }
  }

  /** What it has sent already may still arrive; what it would have done next never happens. */
  #kill(process: Process): void {
    process.isDead = true;
    for (let place = this.#pending.length - 1; place >= 0; place -= 1) {
      const pending = this.#pending[place];
      if (pending?.process !== process) continue;
      if (this.#choices.onceIn(2)) continue;
      this.#pending.splice(place, 1);
    }
    process.onDeath();
  }
}
