import { firstOfEach, orderEvents } from './event-rows.ts';
import { type Activity, firstKnown, sessionUntil } from './identity.ts';
import { compareEvents, type StagedEvent } from './intake.ts';
import { type ProductVersions, versionAt } from './products.ts';
import { exact, sum } from './row.ts';
import { latest, priceE4, type StoreHistory, timeUs } from './store.ts';

export interface OrderLine {
  readonly productId: string;
  readonly quantity: number;
  /** Null when the order is not in the reporting currency, or its product has no price. */
  readonly unitPriceE4: bigint | null;
}

/** One order before refunds and numbering: a purchase event or a cart of the store API. */
export interface Order {
  readonly orderId: string;
  readonly source: 'web' | 'fakestore';
  readonly customerId: string;
  /** The purchase event; null for a cart. */
  readonly staged: StagedEvent | null;
  readonly orderedAtUs: number;
  readonly currency: string | null;
  /** Whether its money counts. */
  readonly isReported: boolean;
  readonly channel: string;
  readonly country: string;
  readonly lines: readonly OrderLine[];
  readonly discountE4: bigint;
}

/** Given, or else the currency of the first purchase by (event_time, event_id); null before any. */
export function reportingCurrencyOf(staged: readonly StagedEvent[]): string | null {
  const purchases = staged.filter(({ event }) => event.eventType === 'purchase').sort(compareEvents);
  return purchases[0]?.event.currency ?? null;
}

export interface OrderInputs {
  readonly activity: Activity;
  readonly store: StoreHistory;
  readonly products: ProductVersions;
  readonly reportingCurrency: string | null;
}

/** Every order of both sources. */
export function ordersOf(inputs: OrderInputs): Order[] {
  return [...webOrders(inputs), ...storeOrders(inputs)];
}

function webOrders({ activity, reportingCurrency }: OrderInputs): Order[] {
  return orderEvents(activity.events).map((staged) => {
    const { event } = staged;
    const isReported = event.currency === reportingCurrency;
    const session = sessionUntil(activity, staged);
    return {
      orderId: event.orderId ?? '',
      source: 'web',
      customerId: activity.customerOf(staged),
      staged,
      orderedAtUs: event.eventTimeUs,
      currency: event.currency,
      isReported,
      channel: firstKnown(session, ({ channel }) => channel) ?? 'unknown',
      country: firstKnown(session, ({ country }) => country) ?? 'unknown',
      lines: event.items.map(({ productId, quantity, unitPriceE4 }) => ({
        productId,
        quantity,
        unitPriceE4: isReported ? exact(unitPriceE4) : null,
      })),
      discountE4: exact(event.discountE4 ?? 0),
    };
  });
}

/** A cart counts by its newest version, as long as the store still has it; each line at the price of that day. */
function storeOrders({ store, products, reportingCurrency }: OrderInputs): Order[] {
  return [...store.carts.values()].flatMap((history): Order[] => {
    const version = latest(history);
    if (version?.isActive !== true) return [];
    const cart = version.entity;
    const orderedAtUs = timeUs(cart.date);
    return [
      {
        orderId: `fakestore-${cart.id}`,
        source: 'fakestore',
        customerId: `u:fakestore-${cart.userId}`,
        staged: null,
        orderedAtUs,
        currency: reportingCurrency,
        isReported: true,
        channel: 'unknown',
        country: 'unknown',
        lines: cart.products.map(({ productId, quantity }) => {
          const product = versionAt(products, String(productId), orderedAtUs);
          const unitPriceE4 = product === null ? null : priceE4(product.version.entity);
          return { productId: String(productId), quantity, unitPriceE4 };
        }),
        discountE4: 0n,
      },
    ];
  });
}

export function grossOf(order: Order): bigint | null {
  return order.isReported ? sum(order.lines.map(lineTotalOf)) : null;
}

export function lineTotalOf({ quantity, unitPriceE4 }: OrderLine): bigint | null {
  return unitPriceE4 === null ? null : BigInt(quantity) * unitPriceE4;
}

export function unitsOf(order: Order): number {
  return order.lines.reduce((units, line) => units + line.quantity, 0);
}

/** One refund, with the order that it belongs to, if there is one. */
export interface Refund {
  readonly refundId: string;
  readonly orderId: string;
  readonly order: Order | null;
  readonly customerId: string;
  readonly refundedAtUs: number;
  readonly currency: string | null;
  /** Null when it is not in the reporting currency. */
  readonly amountE4: bigint | null;
}

export function refundsOf(activity: Activity, orders: readonly Order[], currency: string | null): Refund[] {
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  const events = activity.events.filter(({ event }) => event.eventType === 'refund');
  return firstOfEach(events, ({ refundId }) => refundId).map((staged) => {
    const { event } = staged;
    const order = byId.get(event.orderId ?? '') ?? null;
    return {
      refundId: event.refundId ?? '',
      orderId: event.orderId ?? '',
      order,
      customerId: order?.customerId ?? activity.customerOf(staged),
      refundedAtUs: event.eventTimeUs,
      currency: event.currency,
      amountE4: event.currency === currency ? exact(event.amountE4) : null,
    };
  });
}
