import { Dice } from './dice.ts';
import { playVisit } from './shop-visit.ts';
import { visitorOf } from './shop-visitor.ts';

export const MS_PER_DAY = 86_400_000;
export const HISTORY_START_MS = Date.UTC(2026, 7, 3);

/** Events a visit in the mean, copies aside; a test holds it. */
export const EVENTS_A_VISIT = 8.46;
/** Share of visits by a visitor who was never here. */
const NEWCOMERS = 0.065;
/** Days since a returning visitor's first visit, in the mean. */
const DAYS_OF_INTEREST = 40;
/** Share of events that meet it. */
const OUT_OF_ORDER = 0.02;
const LATE_BY_HOURS = 0.002;
const LATE_BY_DAYS = 0.001;
const COPIES_AT_ONCE = 0.008;
const COPIES_LATER = 0.002;
/** Ten visitors a group; a lake of one tenth of the visitors takes the first of each. */
const GROUP = 10;

/** One event as it arrives. */
export interface Arrival {
  readonly arrivalMs: number;
  readonly data: Uint8Array;
  /** Whether it is of the tenth of the visitors that a thin lake holds. */
  readonly isThin: boolean;
}

export interface ShopSize {
  readonly seed: number;
  readonly visitsADay: number;
  readonly days: number;
}

/**
 * What arrives at a shop, day by day, each day in the order of arrival; the last day given is one more than `days`. The
 * arrivals of a day are only valid until the next one is asked for.
 */
export function* shopDays({ seed, visitsADay, days }: ShopSize): Generator<readonly Arrival[]> {
  const later = new Map<number, Arrival[]>();
  const newcomers = Math.max(1, Math.round(visitsADay * NEWCOMERS));
  const today = new DayBuffer();
  const dice = new Dice();
  const traits = new Dice();
  for (let day = 0; day <= days; day += 1) {
    today.begin(day, later);
    for (let visit = 0; visit < visitsADay; visit += 1) {
      dice.seed(seed, day * visitsADay + visit);
      const { firstDay, index } = whoComes(dice, { day, visit, newcomers });
      const number = (firstDay + 1_000) * newcomers + index;
      const visitor = visitorOf(traits.seed(~seed, number), number, firstDay);
      const startMs = HISTORY_START_MS + Math.floor((day + (dice.part() + dice.part()) / 2) * MS_PER_DAY);
      today.isThin = index % GROUP === 0;
      playVisit(dice, visitor, { day, startMs }, (timeMs, text) => deliver(dice, today, timeMs, text));
    }
    yield today.arrivals();
  }
}

/** The first visits of a day are by newcomers; the others by those of an earlier day, maybe before the history. */
function whoComes(
  dice: Dice,
  { day, visit, newcomers }: { readonly day: number; readonly visit: number; readonly newcomers: number },
): { readonly firstDay: number; readonly index: number } {
  if (visit < newcomers) return { firstDay: day, index: visit };
  const age = Math.min(500, 1 + Math.floor(dice.wait(DAYS_OF_INTEREST)));
  return { firstDay: day - age, index: dice.below(newcomers) };
}

function deliver(dice: Dice, today: DayBuffer, timeMs: number, text: string): void {
  const chance = dice.part();
  let delayMs = 40 + dice.below(1_500);
  if (chance < LATE_BY_DAYS) delayMs += Math.floor((1 + dice.part() * 5) * MS_PER_DAY);
  else if (chance < LATE_BY_DAYS + LATE_BY_HOURS) delayMs += Math.floor((1 + dice.part() * 19) * 3_600_000);
  else if (chance < LATE_BY_DAYS + LATE_BY_HOURS + OUT_OF_ORDER) delayMs += dice.below(300_000);
  const arrivalMs = timeMs + delayMs;
  today.take(arrivalMs, text);
  const copy = dice.part();
  if (copy < COPIES_AT_ONCE) today.take(arrivalMs + dice.below(20_000), text);
  else if (copy < COPIES_AT_ONCE + COPIES_LATER)
    today.take(arrivalMs + 3_600_000 + dice.below(7_200_000), text);
}

const CAPACITY_BYTES = 16 * 1024 * 1024;
/** An arrival's place in the day is kept below its time in one number that a double holds exactly. */
const PLACES = 2 ** 24;

/** The bytes of one day's arrivals; those of other days are kept apart. */
class DayBuffer {
  isThin = false;
  #bytes = Buffer.allocUnsafe(CAPACITY_BYTES);
  #used = 0;
  #day = 0;
  #startMs = 0;
  #later = new Map<number, Arrival[]>();
  readonly #keys: number[] = [];
  readonly #ends: number[] = [];
  readonly #thin: boolean[] = [];

  begin(day: number, later: Map<number, Arrival[]>): void {
    this.#day = day;
    this.#startMs = HISTORY_START_MS + day * MS_PER_DAY;
    this.#later = later;
    this.#used = 0;
    this.#keys.length = 0;
    this.#ends.length = 0;
    this.#thin.length = 0;
    for (const { arrivalMs, data, isThin } of later.get(day) ?? []) {
      this.isThin = isThin;
      this.take(arrivalMs, Buffer.from(data).toString('latin1'));
    }
    later.delete(day);
  }

  take(arrivalMs: number, text: string): void {
    const sinceMs = arrivalMs - this.#startMs;
    if (sinceMs >= MS_PER_DAY) {
      const day = this.#day + Math.floor(sinceMs / MS_PER_DAY);
      const arrival = { arrivalMs, data: Buffer.from(text, 'latin1'), isThin: this.isThin };
      const waiting = this.#later.get(day);
      if (waiting === undefined) this.#later.set(day, [arrival]);
      else waiting.push(arrival);
      return;
    }
    this.#reserve(text.length);
    this.#keys.push(sinceMs * PLACES + this.#keys.length);
    this.#used += this.#bytes.write(text, this.#used, 'latin1');
    this.#ends.push(this.#used);
    this.#thin.push(this.isThin);
  }

  arrivals(): readonly Arrival[] {
    return Array.from(Float64Array.from(this.#keys).sort(), (key) => {
      const place = key % PLACES;
      const from = place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
      return {
        arrivalMs: this.#startMs + Math.floor(key / PLACES),
        data: this.#bytes.subarray(from, this.#ends[place]),
        isThin: this.#thin[place] ?? false,
      };
    });
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(this.#bytes.length * 2);
    grown.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = grown;
  }
}
