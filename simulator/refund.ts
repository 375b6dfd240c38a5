import { MS_PER_HOUR } from '../lambdas/domain/time.ts';
import { refundAmountE4 } from './order.ts';
import { type Deed, happen, type Session } from './session.ts';
import type { ShopEvent } from './shop-event.ts';
import type { Visitor } from './visitor.ts';

/** Share of refunds that are reported twice under one refund_id (ours). */
const SHARE_REPEATED = 0.15;

interface RefundOf {
  readonly visitor: Visitor;
  readonly atMs: number;
}

/** Gives money back for an order of the visitor, all of it or a part, in the order's currency. */
export function refundOrder({ visitor, atMs, order }: RefundOf & { readonly order: ShopEvent }): Deed[] {
  return refund(openServiceCase(visitor, atMs, order.currency ?? ''), {
    refundId: `rf-${order.orderId}`,
    orderId: order.orderId,
    amountE4: refundAmountE4(order, visitor.random),
  });
}

/** Gives money back for something bought over the counter: an order that no event ever told of. */
export function refundCounterSale({
  visitor,
  atMs,
  currency,
}: RefundOf & { readonly currency: string }): Deed[] {
  const number = `${visitor.index}-${Math.floor(atMs / 1000)}`;
  return refund(openServiceCase(visitor, atMs, currency), {
    refundId: `rf-store-${number}`,
    orderId: `store-${number}`,
    amountE4: visitor.random.integer(500, 20_000) * 100,
  });
}

function refund(
  session: Session,
  fields: Pick<ShopEvent, 'refundId' | 'orderId'> & { readonly amountE4: number },
): Deed[] {
  const { random } = session.visitor;
  happen(session, 'refund', { ...fields, currency: session.currency });
  if (random.chance(SHARE_REPEATED)) {
    session.nowMs += random.integer(1_000, MS_PER_HOUR);
    const amountE4 = random.chance(0.5) ? fields.amountE4 : fields.amountE4 + 100;
    happen(session, 'refund', { ...fields, amountE4, currency: session.currency });
  }
  return session.deeds;
}

/** The shop's service reports refunds on the customer's main device, in a session of their own, without a channel. */
function openServiceCase(visitor: Visitor, atMs: number, currency: string): Session {
  return {
    visitor,
    device: visitor.devices[0],
    sessionId: `service-${Math.floor(atMs / 1000)}`,
    channel: null,
    campaignId: null,
    channelSending: 'never',
    country: visitor.sendsCountry ? visitor.country.code : null,
    currency,
    deeds: [],
    nowMs: atMs,
    userId: visitor.isMember ? visitor.accountId : null,
  };
}
