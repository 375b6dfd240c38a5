import type { OracleInput } from './input.ts';
import { firstBy, greatest, groupBy } from './lists.ts';
import { type Money, moneyTextOrNull, parseMoney, sumOf } from './money.ts';
import { type ProductVersion, versionAt } from './products.ts';
import type { RefundEvent } from './refunds.ts';
import type { Row } from './row.ts';
import { isBefore, type ShopEvent } from './shop-event.ts';
import { latestOf, versionsOf } from './store-versions.ts';
import { dateOf, parseTime, timeText, timeTextOrNull } from './times.ts';
import { UNKNOWN, type Visits } from './visits.ts';

export interface OrderLine {
  readonly number: number;
  readonly productId: string;
  readonly quantity: number;
  /** Reporting currency; null in another one, and for a cart's product that no catalogue knows. */
  readonly unitPrice: Money | null;
  readonly productValidFromUs: number | null;
}

export interface Order {
  readonly orderId: string;
  readonly source: 'web' | 'fakestore';
  /** The purchase event; null for a cart. */
  readonly event: ShopEvent | null;
  readonly customerId: string;
  readonly orderedAtUs: number;
  readonly date: string;
  readonly currency: string | null;
  readonly channel: string;
  readonly country: string;
  readonly lines: readonly OrderLine[];
  /** Money is null in another currency than the reporting one. */
  readonly gross: Money | null;
  readonly discount: Money | null;
  readonly refunded: Money | null;
  readonly net: Money | null;
  /** Arrival of the purchase, or the slot of the cart's version. */
  readonly arrivalUs: number;
  /** The same, or that of its newest refund. */
  readonly updatedUs: number | null;
}

interface OrderParts {
  readonly input: OracleInput;
  /** Staged events, ad_* aside. */
  readonly events: readonly ShopEvent[];
  readonly visits: Visits;
  readonly customerOf: (event: ShopEvent) => string;
  readonly products: readonly ProductVersion[];
  readonly refunds: readonly RefundEvent[];
}

type Placed = Omit<Order, 'refunded' | 'net' | 'updatedUs'>;

export function ordersOf(parts: OrderParts): readonly Order[] {
  return [...webOrders(parts), ...cartOrders(parts)].map((order) => {
    const own = parts.refunds.filter(({ event }) => event.orderId === order.orderId);
    const isForeign = order.gross === null;
    const refunded = isForeign ? null : sumOf(own.map(({ amount }) => amount));
    return {
      ...order,
      refunded,
      net:
        order.gross === null || order.discount === null || refunded === null
          ? null
          : order.gross - order.discount - refunded,
      updatedUs: greatest([order.arrivalUs, ...own.map(({ event }) => event.arrivalUs)]),
    };
  });
}

/** The purchase event of each order_id: the first by (event_time, event_id). */
export function firstPurchases(events: readonly ShopEvent[]): readonly ShopEvent[] {
  const purchases = events.filter(({ type }) => type === 'purchase');
  return [...groupBy(purchases, ({ orderId }) => String(orderId)).values()].flatMap((copies) => {
    const first = firstBy(copies, isBefore);
    return first === null ? [] : [first];
  });
}

function webOrders({ input, events, visits, customerOf, products }: OrderParts): readonly Placed[] {
  return firstPurchases(events).map((event) => {
    const isForeign = event.currency !== input.reportingCurrency;
    const gross = sumOf(event.items.map(({ quantity, unitPrice }) => BigInt(quantity) * unitPrice));
    return {
      orderId: String(event.orderId),
      source: 'web',
      event,
      customerId: customerOf(event),
      orderedAtUs: event.timeUs,
      date: event.date,
      currency: event.currency,
      channel: visits.knownUpTo(event, ({ channel }) => channel),
      country: visits.knownUpTo(event, ({ country }) => country),
      lines: event.items.map(({ productId, quantity, unitPrice }, index) => ({
        number: index + 1,
        productId,
        quantity,
        unitPrice: isForeign ? null : unitPrice,
        productValidFromUs: versionAt(products, productId, event.timeUs)?.holdsFromUs ?? null,
      })),
      gross: isForeign ? null : gross,
      discount: isForeign ? null : (event.discount ?? 0n),
      arrivalUs: event.arrivalUs,
    };
  });
}

/** The latest version of each cart, while it is there, at the prices of its date. */
function cartOrders({ input, products }: OrderParts): readonly Placed[] {
  const carts = latestOf(versionsOf(input.snapshots, (answer) => answer.carts));
  return carts
    .filter(({ isActive }) => isActive)
    .map(({ id, entity, validFromUs }) => {
      const orderedAtUs = parseTime(entity.date);
      const lines = entity.products.map(({ productId, quantity }, index) => {
        const version = versionAt(products, String(productId), orderedAtUs);
        return {
          number: index + 1,
          productId: String(productId),
          quantity,
          unitPrice: version === null ? null : parseMoney(version.entity.price),
          productValidFromUs: version?.holdsFromUs ?? null,
        };
      });
      return {
        orderId: `fakestore-${id}`,
        source: 'fakestore',
        event: null,
        customerId: `u:fakestore-${entity.userId}`,
        orderedAtUs,
        date: dateOf(orderedAtUs),
        currency: input.reportingCurrency,
        channel: UNKNOWN,
        country: UNKNOWN,
        lines,
        gross: sumOf(lines.map(totalOf)),
        discount: 0n,
        arrivalUs: validFromUs,
      };
    });
}

export function totalOf({ quantity, unitPrice }: OrderLine): Money | null {
  return unitPrice === null ? null : BigInt(quantity) * unitPrice;
}

export function unitsOf({ lines }: Order): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Rows of fct_orders. */
export function orderRows(orders: readonly Order[]): readonly Row[] {
  return orders.map((order) => ({
    order_id: order.orderId,
    order_date: order.date,
    customer_id: order.customerId,
    session_id: order.event?.sessionId ?? null,
    order_source: order.source,
    ordered_at: timeText(order.orderedAtUs),
    order_number: 1 + orders.filter((other) => comesBefore(other, order)).length,
    lines: order.lines.length,
    units: unitsOf(order),
    currency: order.currency,
    original_currency: order.currency,
    channel: order.channel,
    country: order.country,
    gross: moneyTextOrNull(order.gross),
    discount: moneyTextOrNull(order.discount),
    refunded: moneyTextOrNull(order.refunded),
    net: moneyTextOrNull(order.net),
    updated_at: timeTextOrNull(order.updatedUs),
  }));
}

/** Whether it is an earlier order of the same customer, by (ordered_at, order_id). */
function comesBefore(other: Order, order: Order): boolean {
  if (other.customerId !== order.customerId) return false;
  if (other.orderedAtUs !== order.orderedAtUs) return other.orderedAtUs < order.orderedAtUs;
  return other.orderId < order.orderId;
}

/** Rows of fct_order_lines. */
export function orderLineRows(orders: readonly Order[]): readonly Row[] {
  return orders.flatMap((order) =>
    order.lines.map((line) => ({
      order_id: order.orderId,
      line_number: line.number,
      order_date: order.date,
      customer_id: order.customerId,
      product_id: line.productId,
      product_valid_from: timeTextOrNull(line.productValidFromUs),
      quantity: line.quantity,
      unit_price: moneyTextOrNull(line.unitPrice),
      line_total: moneyTextOrNull(totalOf(line)),
      updated_at: timeText(order.arrivalUs),
    })),
  );
}

/** Rows of stg_order_lines: the lines as sent, of the purchase that counts. */
export function stagedLineRows(events: readonly ShopEvent[]): readonly Row[] {
  return firstPurchases(events).flatMap((event) =>
    event.items.map(({ productId, quantity, unitPrice }, index) => ({
      order_id: event.orderId,
      line_number: index + 1,
      event_date: event.date,
      event_id: event.id,
      event_time: timeText(event.timeUs),
      product_id: productId,
      quantity,
      unit_price: moneyTextOrNull(unitPrice),
      currency: event.currency,
    })),
  );
}
