import type { EventOf, ShopEvent } from './contract.ts';
import { parseEventTime } from './event-time.ts';
import { MAX_AMOUNT_UNITS, MAX_PRICE_UNITS, toUnits } from './money.ts';
import type { Breach } from './rejection.ts';

/**
 * The rules of the contract that JSON Schema cannot say: times that exist, decimals with at most four places however
 * they are written, bounds of an order. They are asked after either validator.
 */

const MS_PER_DAY = 86_400_000;
export const MAX_AGE_MS = 400 * MS_PER_DAY;
export const MAX_AHEAD_MS = 3_600_000;
const US_PER_MS = 1000;

/** An event that keeps every rule, with what the ledger needs to know of it. */
export interface JudgedEvent {
  readonly event: ShopEvent;
  readonly eventTimeUs: number;
  /** Gross of a purchase in ten-thousandths of its currency; null for every other type. */
  readonly grossUnits: number | null;
}

/**
 * The facts of an event that a validator has accepted, or the rule that it breaks. `arrivalTimeMs` is when the stream
 * took its record, `maxAgeMs` how long before that it may have happened.
 */
export function judge(
  event: ShopEvent,
  arrivalTimeMs: number,
  maxAgeMs: number = MAX_AGE_MS,
): JudgedEvent | Breach {
  const eventTimeUs = parseEventTime(event.event_time);
  if (eventTimeUs === null) return invalid('event_time', 'names no time of the calendar');
  if (typeof event.sent_time === 'string' && parseEventTime(event.sent_time) === null)
    return invalid('sent_time', 'names no time of the calendar');
  const gross = moneyOf(event);
  if (typeof gross === 'object' && gross !== null) return gross;
  if (eventTimeUs > (arrivalTimeMs + MAX_AHEAD_MS) * US_PER_MS)
    return { reason: 'clock_skew', detail: 'event_time lies more than 1 hour after the arrival' };
  if (eventTimeUs < (arrivalTimeMs - maxAgeMs) * US_PER_MS)
    return { reason: 'clock_skew', detail: `event_time lies more than ${days(maxAgeMs)} before the arrival` };
  return { event, eventTimeUs, grossUnits: gross };
}

function days(ms: number): string {
  return `${Math.floor(ms / MS_PER_DAY)} days`;
}

/** Checks the money of an event; gives the gross of a purchase. */
function moneyOf(event: ShopEvent): number | null | Breach {
  switch (event.event_type) {
    case 'purchase':
      return moneyOfPurchase(event);
    case 'refund':
      return moneyOfRefund(event);
    case 'view_item':
    case 'add_to_cart':
    case 'remove_from_cart':
      return priceBreach(event.unit_price, 'unit_price');
    case 'ad_impression':
    case 'ad_click':
    case 'ad_spend':
      return costBreach(event.cost, event.currency);
    default:
      return null;
  }
}

function moneyOfPurchase(event: EventOf<'purchase'>): number | Breach {
  let grossUnits = 0;
  for (const item of event.items) {
    const breach = priceBreach(item.unit_price, 'items.unit_price');
    if (breach !== null) return breach;
    // Beyond 2^53 the product is rounded, but then it lies far beyond the bound as well.
    grossUnits += item.quantity * (toUnits(item.unit_price) ?? 0);
  }
  const breach =
    amountBreach(event.discount, 'discount') ??
    amountBreach(event.shipping, 'shipping') ??
    amountBreach(event.tax, 'tax');
  if (breach !== null) return breach;
  return grossUnits > MAX_AMOUNT_UNITS ? outOfRange('the gross of its items') : grossUnits;
}

function moneyOfRefund(event: EventOf<'refund'>): Breach | null {
  if (toUnits(event.amount) === 0) return invalid('amount', 'must be above 0');
  for (const item of event.items ?? []) {
    const breach = priceBreach(item.unit_price, 'items.unit_price');
    if (breach !== null) return breach;
  }
  return amountBreach(event.amount, 'amount');
}

function costBreach(cost: Decimal, currency: string | null | undefined): Breach | null {
  const hasCost = cost !== null && cost !== undefined;
  if (hasCost && typeof currency !== 'string') return invalid('currency', 'is required beside a cost');
  return amountBreach(cost, 'cost');
}

type Decimal = string | number | null | undefined;

function priceBreach(price: Decimal, field: string): Breach | null {
  if (price === null || price === undefined) return null;
  const units = toUnits(price);
  if (units === null) return invalid(field, 'must be a decimal from 0 with at most 4 places');
  return units > MAX_PRICE_UNITS ? invalid(field, 'must be at most 99999999') : null;
}

function amountBreach(amount: Decimal, field: string): Breach | null {
  if (amount === null || amount === undefined) return null;
  const units = toUnits(amount);
  if (units === null) return invalid(field, 'must be a decimal from 0 with at most 4 places');
  return units > MAX_AMOUNT_UNITS ? outOfRange(field) : null;
}

function invalid(field: string, words: string): Breach {
  return { reason: 'invalid_field', detail: `${field} ${words}` };
}

function outOfRange(what: string): Breach {
  return { reason: 'out_of_range', detail: `${what} is above 999999999.9999` };
}
