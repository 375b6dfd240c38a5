import {
  BLANK_EVENT,
  type EventType,
  type ShopEvent,
  type SimulatedRecord,
} from '../../../simulator/shop-event.ts';
import { createTruth, type Truth, type TruthOptions } from '../../../simulator/truth/create-truth.ts';
import type { Row } from '../../../simulator/truth/row.ts';

/** Hand-written histories: what one test says of an event, and a plain visit for the rest. */
export type Told = Partial<ShopEvent> & {
  /** Last part of the event_id, which breaks ties; rises by itself when not given. */
  readonly id?: number;
  /** ISO time of arrival; a second after the event when not given. */
  readonly arrives?: string;
};

const MS_PER_DAY = 86_400_000;
let lastId = 0;

/** One record: an event of a device `d1` in its session `s1`, unless told otherwise. @param at ISO time, UTC */
export function tell(eventType: EventType, at: string, told: Told = {}): SimulatedRecord {
  const { id, arrives, ...fields } = told;
  lastId += 1;
  const event: ShopEvent = {
    ...BLANK_EVENT,
    eventId: `00000000-0000-7000-8000-${String(id ?? 1000 + lastId).padStart(12, '0')}`,
    eventType,
    eventTimeUs: Date.parse(at) * 1000,
    anonymousId: 'd1',
    sessionId: 's1',
    ...fields,
  };
  return {
    partitionKey: 'd1',
    data: new Uint8Array(),
    arrivalTimeMs: arrives === undefined ? Date.parse(at) + 1000 : Date.parse(arrives),
    faults: [],
    content: { kind: 'event', event },
  };
}

/** A purchase of one line, in USD unless told otherwise. */
export function tellPurchase(at: string, orderId: string, priceE4: number, told: Told = {}): SimulatedRecord {
  const items = [{ productId: '3', quantity: 1, unitPriceE4: priceE4 }];
  return tell('purchase', at, { orderId, currency: 'USD', items, ...told });
}

export function tellRefund(at: string, refundId: string, orderId: string, amountE4: number, told: Told = {}) {
  return tell('refund', at, { refundId, orderId, amountE4, currency: 'USD', ...told });
}

/** Moves the watermark to a time: a report of spend, which is nobody's activity, arrives three days after it. */
export function settleUntil(at: string): SimulatedRecord {
  const arrives = new Date(Date.parse(at) + 3 * MS_PER_DAY).toISOString();
  return tell('ad_spend', arrives, {
    anonymousId: null,
    sessionId: null,
    campaignId: 'c',
    costE4: 0,
    arrives,
  });
}

export function truthOf(records: readonly SimulatedRecord[], options: TruthOptions = {}): Truth {
  const truth = createTruth(options);
  for (const record of records.toSorted((left, right) => left.arrivalTimeMs - right.arrivalTimeMs)) {
    truth.observe(record);
  }
  return truth.finish();
}

/** The columns of interest, in the order asked for. */
export function cells(rows: readonly Row[], ...columns: readonly string[]) {
  return rows.map((row) => columns.map((column) => row[column]));
}
