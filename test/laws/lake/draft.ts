import type { Choices } from '../world/choices.ts';
import type { EventFile, SentEvent, StoreSnapshot } from './history.ts';

export const SECOND_US = 1_000_000;
export const MINUTE_US = 60 * SECOND_US;
export const HOUR_US = 60 * MINUTE_US;
export const DAY_US = 24 * HOUR_US;
const HALF_DAY_MS = DAY_US / 2_000;
/** As the lakes of histories are set: what arrives later than this after its time is too late. */
export const LATENESS_US = 3 * DAY_US;

/** A person or a device that stays nameless. */
export interface Visitor {
  readonly userId: string | null;
  readonly devices: readonly string[];
  readonly channel: string | null;
  readonly country: string | null;
  readonly device: string | null;
  /** Share of events, out of 4, that carry the user id. */
  readonly signedIn: number;
}

/** An event on its way into a shard. */
export interface Sending {
  readonly event: SentEvent;
  readonly timeUs: number;
  readonly shard: number;
  readonly arrivalMs: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A history while it is written. Times are microseconds since 1970 unless they end in Ms. */
export class Draft {
  readonly sendings: Sending[] = [];
  readonly snapshots: StoreSnapshot[] = [];
  readonly files: EventFile[] = [];
  readonly edges = new Set<string>();
  readonly visitors: Visitor[] = [];
  /** Arrivals of what an edge brings last: it is an edge when it meets built tables. */
  readonly lastParts: { readonly edge: string; readonly arrivalMs: number }[] = [];
  /** Dates that a backfill admits. */
  readonly backfills: { readonly from: string; readonly to: string }[] = [];
  readonly choices: Choices;
  readonly startUs: number;
  readonly spanDays: number;
  readonly shards: number;
  readonly isCalm: boolean;
  /** The edge that is being added. */
  #edge = '';
  #names = 0;

  constructor(choices: Choices, plan: Pick<Draft, 'startUs' | 'spanDays' | 'shards' | 'isCalm'>) {
    this.choices = choices;
    this.startUs = plan.startUs;
    this.spanDays = plan.spanDays;
    this.shards = plan.shards;
    this.isCalm = plan.isCalm;
  }

  /** Adds an edge under its name. */
  addEdge(name: string, add: (draft: Draft) => void): void {
    this.edges.add(name);
    this.#edge = name;
    add(this);
  }

  /** What arrives then is the last part of the edge. */
  endsWith(arrivalMs: number): void {
    this.lastParts.push({ edge: this.#edge, arrivalMs });
  }

  /** A name that the history does not have yet. */
  name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  /** An id without order: neighbours in time are none by id. */
  eventId(): string {
    const hex = (digits: number): string =>
      this.choices
        .below(16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    return `${hex(6)}${hex(2)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
  }

  /** A time in the history, to the second or finer. */
  someTimeUs(): number {
    const second = this.choices.below(this.spanDays * 86_400);
    const fraction = this.choices.pick([0, 0, 1, 999_999, 500_000]);
    return this.startUs + second * SECOND_US + fraction;
  }

  /**
   * An arrival that is in time: at once, or with what devices send twice a day, maybe days later. Few hours of arrival
   * are few objects, which is what landing and reading takes its time for.
   */
  arrivalMs(timeUs: number): number {
    const soonMs = Math.ceil(timeUs / 1000) + 5;
    if (this.choices.onceIn(12)) return soonMs + this.choices.pick([0, 1_000, 259_000_000]);
    const sendingMs = Math.ceil(soonMs / HALF_DAY_MS) * HALF_DAY_MS;
    return sendingMs + this.choices.below(1_000) + this.choices.pick([0, 0, 0, 0, 1, 2, 4]) * HALF_DAY_MS;
  }

  /** The shard of a device. */
  shardOf(anonymousId: string): number {
    return [...anonymousId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % this.shards;
  }

  /** Sends an event of the device at the time; arrival and shard as it comes, unless told. */
  send(
    timeUs: number,
    fields: Fields,
    way: { readonly arrivalMs?: number; readonly shard?: number } = {},
  ): Sending {
    const event = {
      event_id: this.eventId(),
      event_time: isoOf(timeUs),
      schema_version: 1,
      ...fields,
    };
    const shard = way.shard ?? this.shardOf(String(fields.anonymous_id ?? fields.campaign_id));
    const arrivalMs = way.arrivalMs ?? this.arrivalMs(timeUs);
    const sending = { event, timeUs, shard, arrivalMs };
    this.sendings.push(sending);
    return sending;
  }

  /** The same event once more, or another content under its id. */
  again(
    sending: Sending,
    way: { readonly arrivalMs: number; readonly shard?: number },
    changes: Fields = {},
  ): Sending {
    const copy = { ...sending, shard: way.shard ?? sending.shard, arrivalMs: way.arrivalMs };
    const changed = { ...copy, event: { ...sending.event, ...changes } };
    this.sendings.push(changed);
    return changed;
  }

  somebody(): Visitor {
    return this.choices.pick(this.visitors);
  }

  /** Who is signed in in each event. */
  someUser(): Visitor {
    const users = this.visitors.filter(({ userId, signedIn }) => userId !== null && signedIn === 4);
    return this.choices.pick(users);
  }

  /** What each event of a visit of the visitor holds. */
  visitOf(visitor: Visitor, sessionId = this.name('s')): Fields {
    return {
      anonymous_id: this.choices.pick(visitor.devices),
      session_id: sessionId,
      ...(visitor.userId === null ? {} : { user_id: visitor.userId }),
      ...(visitor.channel === null ? {} : { channel: visitor.channel }),
      ...(visitor.country === null ? {} : { country: visitor.country }),
      ...(visitor.device === null ? {} : { device: visitor.device }),
    };
  }

  price(): string | number {
    return this.choices.pick([10, '9.99', '0.0001', 0, '19.9999', 3, '7.5', 0.1, '33.3333']);
  }

  product(): string {
    return String(1 + this.choices.below(6));
  }

  /** Fields of a purchase of one to three lines. */
  purchase(orderId = this.name('o'), currency = 'USD'): Fields {
    const lines = 1 + this.choices.below(3);
    const discount = this.choices.pick([null, null, 0, '1.5', '0.0001', 50]);
    return {
      event_type: 'purchase',
      order_id: orderId,
      currency,
      items: Array.from({ length: lines }, () => ({
        product_id: this.product(),
        quantity: 1 + this.choices.below(3),
        unit_price: this.price(),
      })),
      ...(discount === null ? {} : { discount }),
      ...(this.choices.onceIn(3) ? { shipping: '4.99', tax: 2 } : {}),
    };
  }

  refund(orderId: string, amount: string | number = '5.25', refundId = this.name('r')): Fields {
    return { event_type: 'refund', order_id: orderId, refund_id: refundId, amount, currency: 'USD' };
  }

  /** Fields of an event of a type that is neither a purchase nor a refund. */
  fieldsOf(type: string): Fields {
    switch (type) {
      case 'page_view':
        return { event_type: type, page_path: this.choices.pick(['/', '/sale', '/p/1']) };
      case 'search':
        return { event_type: type, search_term: 'lamp' };
      case 'view_item':
        return { event_type: type, product_id: this.product(), currency: 'USD' };
      case 'add_to_cart':
      case 'remove_from_cart':
        return {
          event_type: type,
          product_id: this.product(),
          quantity: 1,
          unit_price: this.price(),
          currency: 'USD',
        };
      default:
        return { event_type: type };
    }
  }
}

/** ISO text with as many places as the time needs, at most six. */
export function isoOf(timeUs: number): string {
  const ms = Math.floor(timeUs / 1000);
  const us = timeUs - ms * 1000;
  const text = new Date(ms).toISOString();
  return us === 0 ? text : `${text.slice(0, 23)}${String(us).padStart(3, '0')}Z`;
}

export function dateOf(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1000)).toISOString().slice(0, 10);
}

/** Midnight before or at the time. */
export function dayOf(timeUs: number): number {
  return Math.floor(timeUs / DAY_US) * DAY_US;
}
