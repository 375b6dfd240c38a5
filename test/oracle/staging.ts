import type { EventCopy, OracleInput } from './input.ts';
import { firstBy, groupBy } from './lists.ts';
import type { Money } from './money.ts';
import { moneyTextOrNull, parseMoney } from './money.ts';
import type { Row } from './row.ts';
import { type ShopEvent, shopEvent, textOf } from './shop-event.ts';
import { DAY_US, HOUR_US, timeText } from './times.ts';

const MAX_AHEAD_US = HOUR_US;
const MAX_AGE_US = 400 * DAY_US;

export interface Staging {
  readonly events: readonly ShopEvent[];
  readonly tooLate: readonly ShopEvent[];
}

/**
 * One event per id: the smallest by (arrival, shard, sequence, index) of its copies that are accepted, whatever dates they
 * bear; whether it is too late is asked of that one alone.
 */
export function stage(input: Pick<OracleInput, 'copies' | 'allowedLatenessUs' | 'admissions'>): Staging {
  const events: ShopEvent[] = [];
  const tooLate: ShopEvent[] = [];
  const byId = groupBy(input.copies, ({ sent }) => String(sent.event_id).toLowerCase());
  for (const copies of byId.values()) {
    const accepted = copies.filter((copy) => copy.isOfFile || !isSkewed(shopEvent(copy)));
    const smallest = firstBy(accepted, isSmaller);
    if (smallest === null) continue;
    const event = shopEvent(smallest);
    if (isLate(event, input) && !isAdmitted(event, input)) tooLate.push(event);
    else events.push(event);
  }
  return { events, tooLate };
}

function isSmaller(left: EventCopy, right: EventCopy): boolean {
  if (left.arrivalUs !== right.arrivalUs) return left.arrivalUs < right.arrivalUs;
  if (left.shardId !== right.shardId) return left.shardId < right.shardId;
  if (left.sequence !== right.sequence) return left.sequence < right.sequence;
  return left.index < right.index;
}

/** Such a copy of the stream is set aside, and an event that came a moment later may be accepted. */
function isSkewed({ timeUs, arrivalUs }: ShopEvent): boolean {
  return timeUs > arrivalUs + MAX_AHEAD_US || timeUs < arrivalUs - MAX_AGE_US;
}

function isLate(event: ShopEvent, { allowedLatenessUs }: Pick<OracleInput, 'allowedLatenessUs'>): boolean {
  return !event.isOfFile && event.arrivalUs - event.timeUs > allowedLatenessUs;
}

function isAdmitted(event: ShopEvent, { admissions }: Pick<OracleInput, 'admissions'>): boolean {
  return admissions.some(
    ({ from, to, arrivedUntilUs }) =>
      event.date >= from && event.date <= to && event.arrivalUs <= arrivedUntilUs,
  );
}

/** Rows of stg_events or stg_late_events. */
export function stagedRows(events: readonly ShopEvent[]): readonly Row[] {
  return events.map((event) => ({
    event_id: event.id,
    event_date: event.date,
    event_type: event.type,
    event_time: timeText(event.timeUs),
    arrival_time: timeText(event.arrivalUs),
    lateness_s: event.isOfFile ? 0 : (event.arrivalUs - event.timeUs) / 1_000_000,
    ...textsOf(event, TEXTS),
    ...textsOf(event, NUMBERS),
    ...moneyOf(event),
  }));
}

/** Rows of stg_order_events. */
export function orderEventRows(events: readonly ShopEvent[]): readonly Row[] {
  const ofOrders = events.filter(({ type }) => type === 'purchase' || type === 'refund');
  return stagedRows(ofOrders).map((row) =>
    Object.fromEntries(ORDER_COLUMNS.map((name) => [name, row[name] ?? null])),
  );
}

const ORDER_COLUMNS = [
  'event_id',
  'event_date',
  'event_type',
  'event_time',
  'arrival_time',
  'session_id',
  'anonymous_id',
  'user_id',
  'order_id',
  'refund_id',
  'currency',
  'discount',
  'amount',
];

const TEXTS = [
  'session_id',
  'anonymous_id',
  'user_id',
  'product_id',
  'currency',
  'order_id',
  'refund_id',
  'channel',
  'campaign_id',
  'device',
  'country',
  'page_path',
  'search_term',
  'audience',
];
const NUMBERS = ['quantity', 'engaged_time_ms', 'impressions', 'clicks', 'viewing_time_ms', 'schema_version'];
const MONEY = ['unit_price', 'amount', 'discount', 'shipping', 'tax', 'cost'];

function textsOf({ sent }: ShopEvent, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, textOf(sent[name])]));
}

function moneyOf({ sent }: ShopEvent): Row {
  return Object.fromEntries(
    MONEY.map((name) => {
      const text = textOf(sent[name]);
      const money: Money | null = text === null ? null : parseMoney(text);
      return [name, moneyTextOrNull(money)];
    }),
  );
}
