import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../lambdas/ports/clock.ts';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';

export interface Pace {
  /** Records a second at most; null: as fast as it goes. */
  readonly ratePerS: number | null;
  /** Simulated seconds that pass in a real one; null: as fast as it goes. */
  readonly speed: number | null;
}

export interface PacedOptions {
  readonly records: Iterable<SimulatedRecord>;
  readonly pace: Pace;
  readonly clock: Clock;
  /** Ends the sequence early. */
  readonly signal: AbortSignal;
  readonly groupSize?: number;
}

const DEFAULT_GROUP_SIZE = 500;
const LONGEST_PAUSE_MS = 200;

/** Records in groups, none before it is due; a group is given as soon as the next record has to wait. */
export async function* pacedGroups(options: PacedOptions): AsyncGenerator<readonly SimulatedRecord[]> {
  const { records, pace, clock, signal, groupSize = DEFAULT_GROUP_SIZE } = options;
  const startMs = clock.nowMs();
  let firstArrivalMs: number | null = null;
  let count = 0;
  let group: SimulatedRecord[] = [];
  for (const record of records) {
    firstArrivalMs ??= record.arrivalTimeMs;
    const dueMs = startMs + delayOf(pace, count, record.arrivalTimeMs - firstArrivalMs);
    for (let waitMs = dueMs - clock.nowMs(); waitMs > 0; waitMs = dueMs - clock.nowMs()) {
      if (signal.aborted) return;
      if (group.length > 0) {
        yield group;
        group = [];
      } else {
        await pause(Math.min(waitMs, LONGEST_PAUSE_MS));
      }
    }
    if (signal.aborted) return;
    group.push(record);
    count += 1;
    if (group.length === groupSize) {
      yield group;
      group = [];
      // Nothing else may ever wait: Ctrl-C is heard between two turns only.
      await turn();
    }
  }
  if (group.length > 0) yield group;
}

/** How long after the beginning the record is due, milliseconds: the later of both rules. */
function delayOf(pace: Pace, count: number, simulatedMs: number): number {
  const byRate = pace.ratePerS === null ? 0 : (count * 1000) / pace.ratePerS;
  const bySpeed = pace.speed === null ? 0 : simulatedMs / pace.speed;
  return Math.max(byRate, bySpeed);
}
