import { DAY_US, type Draft, HOUR_US, SECOND_US, type Sending } from '../draft.ts';
import type { Edge } from './edge.ts';

export const EDGES_OF_ORDERS: readonly Edge[] = [
  { name: 'a refund above its order', isCalm: true, add: addRefundAbove },
  { name: 'a refund before its order', isCalm: false, add: addRefundBefore },
  { name: 'a refund that finds its order later', isCalm: false, add: addRefundThatWaits },
  { name: 'a refund without an order', isCalm: true, add: addLooseRefund },
  { name: 'a refund by somebody else', isCalm: true, add: addRefundByOther },
  { name: 'a refund_id twice', isCalm: true, add: addRefundTwice },
  { name: 'a refund_id of two orders', isCalm: false, add: addRefundOfTwoOrders },
  { name: 'a refund in another month', isCalm: true, add: addRefundInOtherMonth },
  { name: 'an order_id twice, the earlier one later', isCalm: true, add: addEarlierOrderLater },
  { name: 'an order_id twice at one time', isCalm: true, add: addOrdersAtOneTime },
  { name: 'an order that comes late renumbers others', isCalm: true, add: addLateOrder },
  { name: 'two orders of a customer at one time', isCalm: true, add: addEqualOrders },
  { name: 'another currency', isCalm: true, add: addOtherCurrency },
  { name: 'another currency in the first purchase', isCalm: true, add: addOtherCurrencyFirst },
  { name: 'an order of nothing', isCalm: true, add: addFreeOrder },
  { name: 'a discount above the order', isCalm: true, add: addGreatDiscount },
];

function buy(draft: Draft, timeUs = draft.someTimeUs(), way: { readonly arrivalMs?: number } = {}) {
  const visit = draft.visitOf(draft.somebody());
  const order = draft.send(timeUs, { ...visit, ...draft.purchase() }, way);
  return { visit, order, orderId: String(order.event.order_id), timeUs };
}

/** In the shard of the order and after it, so that it never waits for it. */
function after({ arrivalMs, shard }: Sending, timeUs: number) {
  return { arrivalMs: Math.max(arrivalMs + 1, Math.ceil(timeUs / 1000)), shard };
}

function addRefundAbove(draft: Draft): void {
  const { visit, order, orderId, timeUs } = buy(draft);
  const laterUs = timeUs + 2 * HOUR_US;
  draft.send(laterUs, { ...visit, ...draft.refund(orderId, '1000') }, after(order, laterUs));
  draft.send(laterUs, { ...visit, ...draft.refund(orderId, '0.0001') }, after(order, laterUs));
}

function addRefundBefore(draft: Draft): void {
  const { visit, orderId, timeUs } = buy(draft);
  draft.send(timeUs - 25 * HOUR_US, { ...visit, session_id: draft.name('s'), ...draft.refund(orderId) });
}

/** It stands alone until the order arrives, some days later. */
function addRefundThatWaits(draft: Draft): void {
  const timeUs = draft.someTimeUs();
  const arrivalMs = Math.ceil((timeUs + 2.9 * DAY_US) / 1000);
  const { orderId } = buy(draft, timeUs, { arrivalMs });
  draft.endsWith(arrivalMs);
  const visit = draft.visitOf(draft.somebody());
  const refundUs = timeUs + HOUR_US;
  draft.send(refundUs, { ...visit, ...draft.refund(orderId) }, { arrivalMs: Math.ceil(refundUs / 1000) });
}

function addLooseRefund(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  draft.send(draft.someTimeUs(), { ...visit, ...draft.refund(draft.name('elsewhere-'), '2.5') });
}

function addRefundByOther(draft: Draft): void {
  const { order, orderId, timeUs } = buy(draft);
  const visit = { ...draft.visitOf(draft.somebody()), channel: 'other' };
  draft.send(timeUs + SECOND_US, { ...visit, ...draft.refund(orderId) }, after(order, timeUs + SECOND_US));
}

function addRefundTwice(draft: Draft): void {
  const { visit, order, orderId, timeUs } = buy(draft);
  const refundId = draft.name('r');
  for (const [hours, amount] of [
    [30, '7'],
    [3, '1'],
    [3, '2'],
  ] as const) {
    const laterUs = timeUs + hours * HOUR_US;
    const fields = { ...visit, session_id: draft.name('s'), ...draft.refund(orderId, amount, refundId) };
    draft.send(laterUs, fields, after(order, laterUs));
  }
}

/** The earlier event of the refund comes later, and takes it from one order to the other. */
function addRefundOfTwoOrders(draft: Draft): void {
  const [first, second] = [buy(draft), buy(draft)];
  const refundId = draft.name('r');
  const timeUs = Math.max(first.timeUs, second.timeUs) + HOUR_US;
  draft.send(timeUs, { ...first.visit, ...draft.refund(first.orderId, '3', refundId) });
  const arrivalMs = Math.ceil((timeUs + 2.7 * DAY_US) / 1000);
  const earlier = { ...second.visit, ...draft.refund(second.orderId, '4', refundId) };
  draft.send(timeUs - SECOND_US, earlier, { arrivalMs });
  draft.endsWith(arrivalMs);
}

function addRefundInOtherMonth(draft: Draft): void {
  const { visit, order, orderId, timeUs } = buy(draft);
  const laterUs = timeUs + 32 * DAY_US;
  const fields = { ...visit, session_id: draft.name('s'), ...draft.refund(orderId, '20') };
  draft.send(laterUs, fields, after(order, laterUs));
}

function addEarlierOrderLater(draft: Draft): void {
  const timeUs = draft.someTimeUs();
  const { orderId } = buy(draft, timeUs, { arrivalMs: Math.ceil(timeUs / 1000) + 5 });
  const visit = draft.visitOf(draft.somebody());
  const earlierUs = timeUs - draft.choices.pick([SECOND_US, 26 * HOUR_US, 50 * HOUR_US, 50 * HOUR_US]);
  const arrivalMs = Math.ceil((earlierUs + 2.8 * DAY_US) / 1000);
  draft.send(earlierUs, { ...visit, ...draft.purchase(orderId) }, { arrivalMs });
  draft.endsWith(arrivalMs);
}

function addOrdersAtOneTime(draft: Draft): void {
  const { visit, orderId, timeUs } = buy(draft);
  draft.send(timeUs, { ...visit, ...draft.purchase(orderId) });
  draft.send(timeUs + 1, { ...draft.visitOf(draft.somebody()), ...draft.purchase(orderId) });
}

function addLateOrder(draft: Draft): void {
  const visitor = draft.someUser();
  const timeUs = draft.someTimeUs();
  for (const hours of [5, 30, 60]) {
    draft.send(timeUs + hours * HOUR_US, { ...draft.visitOf(visitor), ...draft.purchase() });
  }
  const arrivalMs = Math.ceil((timeUs + 2.95 * DAY_US) / 1000);
  draft.send(timeUs, { ...draft.visitOf(visitor), ...draft.purchase() }, { arrivalMs });
  draft.endsWith(arrivalMs);
}

function addEqualOrders(draft: Draft): void {
  const visitor = draft.someUser();
  const timeUs = draft.someTimeUs();
  for (let each = 0; each < 3; each += 1) {
    const orderId = `${draft.choices.pick(['a', 'Z', '0'])}${draft.name('-')}`;
    draft.send(timeUs, { ...draft.visitOf(visitor), ...draft.purchase(orderId) });
  }
}

function addOtherCurrency(draft: Draft): void {
  const timeUs = draft.someTimeUs();
  const visit = draft.visitOf(draft.somebody());
  const order = draft.send(timeUs, { ...visit, ...draft.purchase(draft.name('o'), 'EUR') });
  const orderId = String(order.event.order_id);
  const laterUs = timeUs + HOUR_US;
  for (const currency of draft.choices.pick([['EUR'], ['USD'], ['USD', 'EUR']])) {
    draft.send(laterUs, { ...visit, ...draft.refund(orderId), currency }, after(order, laterUs));
  }
}

/** Earlier than all others, but not always in the first run. */
function addOtherCurrencyFirst(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const fields = { ...visit, ...draft.purchase(draft.name('o'), 'GBP') };
  draft.send(draft.startUs - HOUR_US, fields);
}

function addFreeOrder(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const items = [{ product_id: draft.product(), quantity: 2, unit_price: 0 }];
  draft.send(draft.someTimeUs(), { ...visit, ...draft.purchase(), items, discount: null });
}

function addGreatDiscount(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const items = [{ product_id: 'unheard-of', quantity: 1, unit_price: '1.0001' }];
  draft.send(draft.someTimeUs(), { ...visit, ...draft.purchase(), items, discount: '2' });
}
