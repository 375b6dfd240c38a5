import type { Random } from './random.ts';
import type { Deed, Session } from './session.ts';
import { happen } from './session.ts';
import type { OrderItem, ShopEvent } from './shop-event.ts';
import { uuidV7 } from './uuid.ts';

const E4_PER_CENT = 100;

/** Shares of orders (ours). */
const SHARES = { discounted: 0.2, taxed: 0.6, gift: 0.04, repeated: 0.04 } as const;
const FREE_SHIPPING_FROM_E4 = 500_000;
const SHIPPING_E4 = 49_900;

/** Buys what is in the cart; empties it. Some orders are reported a second time, under another event id. */
export function purchase(session: Session): ShopEvent {
  const { visitor } = session;
  const { random } = visitor;
  visitor.orders += 1;
  const items = visitor.cart.map((line) => ({
    productId: line.product.id,
    quantity: line.quantity,
    unitPriceE4: line.unitPriceE4,
  }));
  if (random.chance(SHARES.gift)) items.push({ productId: '7', quantity: 1, unitPriceE4: 0 });
  visitor.cart = [];
  const grossE4 = grossOf(items);
  const order = happen(session, 'purchase', {
    orderId: `o-${visitor.index}-${visitor.orders}`,
    currency: session.currency,
    items,
    discountE4: random.chance(SHARES.discounted) ? shareOf(grossE4, random.integer(5, 20) / 100) : null,
    shippingE4: grossE4 >= FREE_SHIPPING_FROM_E4 ? 0 : SHIPPING_E4,
    taxE4: random.chance(SHARES.taxed) ? shareOf(grossE4, 0.0825) : null,
  });
  if (random.chance(SHARES.repeated)) reportAgain(session, order);
  return order;
}

/** Gross of the lines in ten-thousandths. */
export function grossOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, item) => sum + item.quantity * item.unitPriceE4, 0);
}

/**
 * The thank-you page is loaded again, or the shop's back end reports the order as well: the same order_id under another
 * event id, with the same lines or other ones, and now and then with an earlier time although it comes later.
 */
function reportAgain(session: Session, order: ShopEvent): void {
  const { random } = session.visitor;
  const again: Deed = {
    happenedAtMs: session.nowMs + random.integer(2_000, 600_000),
    event: order,
  };
  const isEarlier = random.chance(0.25);
  const shiftMs = isEarlier ? -random.integer(1_000, 5_000) : again.happenedAtMs - session.nowMs;
  const eventTimeUs = order.eventTimeUs + shiftMs * 1000;
  const hasOtherLines = random.chance(0.5);
  session.deeds.push({
    happenedAtMs: again.happenedAtMs,
    event: {
      ...order,
      eventId: uuidV7(Math.floor(eventTimeUs / 1000), random),
      eventTimeUs,
      sentTimeUs: order.sentTimeUs === null ? null : eventTimeUs + 5_000,
      items: hasOtherLines
        ? order.items.slice(0, 1).map((item) => ({ ...item, quantity: item.quantity + 1 }))
        : order.items,
    },
  });
}

/** What a customer gets back: half of the time everything, else a part; at least a cent. */
export function refundAmountE4(order: ShopEvent, random: Random): number {
  const paidE4 = grossOf(order.items) - (order.discountE4 ?? 0);
  const share = random.chance(0.5) ? 1 : random.between(0.1, 0.9);
  return Math.max(E4_PER_CENT, shareOf(paidE4, share));
}

/** A share of an amount, rounded to the cent. */
function shareOf(amountE4: number, share: number): number {
  return Math.round((amountE4 * share) / E4_PER_CENT) * E4_PER_CENT;
}
