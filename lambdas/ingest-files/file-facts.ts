import type { AcceptedEvent } from '../domain/events/check-record.ts';
import { decimalText } from '../domain/events/money.ts';
import type { LedgerRow } from '../domain/ledger.ts';
import { isoFromUs, MS_PER_DAY, utcDate } from '../domain/time.ts';

const US_PER_DAY = MS_PER_DAY * 1000;

/** What the ledger says of the events of a file, gathered while they pass. */
export class FileFacts {
  #minEventTimeUs = Number.POSITIVE_INFINITY;
  #maxEventTimeUs = Number.NEGATIVE_INFINITY;
  readonly #days = new Set<number>();
  #orders = 0;
  readonly #revenueUnits = new Map<string, bigint>();

  add({ eventTimeUs, currency, grossUnits }: AcceptedEvent): void {
    if (eventTimeUs < this.#minEventTimeUs) this.#minEventTimeUs = eventTimeUs;
    if (eventTimeUs > this.#maxEventTimeUs) this.#maxEventTimeUs = eventTimeUs;
    this.#days.add(Math.floor(eventTimeUs / US_PER_DAY));
    if (currency === null) return;
    this.#orders += 1;
    this.#revenueUnits.set(currency, (this.#revenueUnits.get(currency) ?? 0n) + BigInt(grossUnits ?? 0));
  }

  /** Counts by minute and sessions stay empty: they serve the live numbers, and a file is history. */
  ledgerFields(): Pick<
    LedgerRow,
    'minEventTime' | 'maxEventTime' | 'eventDates' | 'orders' | 'revenueByCurrency'
  > {
    const isEmpty = this.#days.size === 0;
    const days = [...this.#days].sort((left, right) => left - right);
    const revenue = [...this.#revenueUnits].sort(([left], [right]) => (left < right ? -1 : 1));
    return {
      minEventTime: isEmpty ? null : isoFromUs(this.#minEventTimeUs),
      maxEventTime: isEmpty ? null : isoFromUs(this.#maxEventTimeUs),
      eventDates: days.map((day) => utcDate(day * MS_PER_DAY)),
      orders: this.#orders,
      revenueByCurrency: Object.fromEntries(
        revenue.map(([currency, units]) => [currency, decimalText(units)]),
      ),
    };
  }
}
