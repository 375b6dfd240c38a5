import { MS_PER_DAY, MS_PER_HOUR } from '../lambdas/domain/time.ts';
import type { Appointment, Outcome, Planned, Shop } from './agenda.ts';
import { nextMoment } from './day-curve.ts';
import { deliver } from './deliver.ts';
import { refundCounterSale, refundOrder } from './refund.ts';
import type { Deed, Session } from './session.ts';
import type { ShopEvent, SimulatedRecord } from './shop-event.ts';
import { visit } from './visit.ts';
import type { Visitor } from './visitor.ts';

/** Already a visitor when the simulated time begins; the others come to know the shop in the course of it (ours). */
const SHARE_OF_REGULARS = 0.35;
/** How soon, in visits a day, somebody comes who has just heard of the shop (ours). */
const FIRST_VISITS_PER_DAY = 3;
/** Share of orders after which the buyer means to come back (ours), and after how long on average (published). */
const SHARE_RETURNING = 0.45;
const MEAN_RETURN_DAYS = 32;
/** Share of orders that are refunded, and of visits after which something bought elsewhere is (ours). */
const SHARE_REFUNDED = 0.1;
const SHARE_COUNTER_REFUND = 0.004;
const MEAN_REFUND_DAYS = 6;
/** In the first days all pay in one currency, so that the lake's reporting currency is the shop's. */
const SECOND_CURRENCY_AFTER_MS = 2 * MS_PER_DAY;

export function planVisitor(visitor: Visitor, shop: Shop): Planned {
  const isRegular = visitor.random.chance(SHARE_OF_REGULARS);
  const hearsAtMs = isRegular ? shop.startMs : visitor.random.between(shop.startMs, shop.endMs);
  const timeMs = nextMoment(hearsAtMs, paceOf(visitor, FIRST_VISITS_PER_DAY), visitor.random);
  return { timeMs, appointment: regularVisit(visitor, shop) };
}

/** A visit like any other: the next one follows at the visitor's own pace. */
function regularVisit(visitor: Visitor, shop: Shop): Appointment {
  return (timeMs) => {
    const outcome = attend({ visitor, shop, timeMs, hasPurpose: false });
    const nextMs = nextMoment(timeMs, paceOf(visitor, visitor.sessionsPerDay), visitor.random);
    return {
      ...outcome,
      next: [...outcome.next, { timeMs: nextMs, appointment: regularVisit(visitor, shop) }],
    };
  };
}

/** A visit in order to buy again. */
function returnVisit(visitor: Visitor, shop: Shop): Appointment {
  return (timeMs) => attend({ visitor, shop, timeMs, hasPurpose: true });
}

interface Attendance {
  readonly visitor: Visitor;
  readonly shop: Shop;
  readonly timeMs: number;
  readonly hasPurpose: boolean;
}

function attend({ visitor, shop, timeMs, hasPurpose }: Attendance): Outcome {
  const { random } = visitor;
  const currency = currencyAt(timeMs, visitor, shop);
  const { session, orders } = visit({ visitor, startsAtMs: timeMs, currency, hasPurpose });
  const next = orders.flatMap((order) => planAfterOrder(order, session, shop));
  if (random.chance(SHARE_COUNTER_REFUND)) {
    next.push({
      timeMs: session.nowMs + random.integer(MS_PER_HOUR, 3 * MS_PER_DAY),
      appointment: (atMs) => ({
        records: send(refundCounterSale({ visitor, atMs, currency: shop.config.currency }), visitor, shop),
        next: [],
      }),
    });
  }
  return { records: send(session.deeds, visitor, shop), next };
}

function planAfterOrder(order: ShopEvent, { visitor, nowMs }: Session, shop: Shop): Planned[] {
  const { random } = visitor;
  const next: Planned[] = [];
  if (random.chance(SHARE_REFUNDED)) {
    next.push({
      timeMs: nowMs + MS_PER_HOUR + Math.floor(random.exponential(MEAN_REFUND_DAYS * MS_PER_DAY)),
      appointment: (atMs) => ({
        records: send(refundOrder({ visitor, atMs, order }), visitor, shop),
        next: [],
      }),
    });
  }
  if (random.chance(SHARE_RETURNING)) {
    const earliestMs = nowMs + MS_PER_HOUR + random.exponential(MEAN_RETURN_DAYS * MS_PER_DAY);
    const timeMs = nextMoment(earliestMs, paceOf(visitor, FIRST_VISITS_PER_DAY), random);
    next.push({ timeMs, appointment: returnVisit(visitor, shop) });
  }
  return next;
}

function send(deeds: readonly Deed[], visitor: Visitor, shop: Shop): SimulatedRecord[] {
  return deliver(deeds, { client: visitor.client, random: visitor.faultRandom, rates: shop.config.faults });
}

function currencyAt(timeMs: number, visitor: Visitor, shop: Shop): string {
  const mayDiffer = timeMs >= shop.startMs + SECOND_CURRENCY_AFTER_MS;
  return mayDiffer && visitor.paysInSecondCurrency ? shop.secondCurrency : shop.config.currency;
}

function paceOf({ country }: Visitor, perDay: number) {
  return { perDay, utcOffsetHours: country.utcOffsetHours };
}
