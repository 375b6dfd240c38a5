import type { Random } from '../../../simulator/random.ts';
import type { Member } from './event-text.ts';

/** An accepted event, to make copies of. */
export interface RememberedEvent {
  readonly id: string;
  readonly owner: string;
  readonly members: readonly Member[];
}

/** The last accepted events; older ones are overwritten. */
export class RecentEvents {
  readonly #events: RememberedEvent[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  remember(event: RememberedEvent): void {
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** One of them, or null when there is none yet. */
  pick(random: Random): RememberedEvent | null {
    return this.#events[random.integer(0, this.#events.length - 1)] ?? null;
  }
}
