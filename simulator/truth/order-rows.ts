import { dateOf } from './calendar.ts';
import { grossOf, lineTotalOf, type Order, type Refund, unitsOf } from './orders.ts';
import { type ProductVersions, versionAt } from './products.ts';
import { groupBy, moneyText, type Row, sum, timestampText } from './row.ts';

/** fct_orders. */
export function orderRows(orders: readonly Order[], refunds: readonly Refund[]): Row[] {
  const numbers = orderNumbers(orders);
  const refundsByOrder = groupBy(refunds, ({ orderId }) => orderId);
  return orders.map((order) => {
    const gross = grossOf(order);
    const discount = gross === null ? null : order.discountE4;
    const own = refundsByOrder.get(order.orderId) ?? [];
    const refunded = gross === null ? null : sum(own.map(({ amountE4 }) => amountE4));
    return {
      order_id: order.orderId,
      order_date: dateOf(order.orderedAtUs),
      customer_id: order.customerId,
      session_id: order.staged?.event.sessionId ?? null,
      order_source: order.source,
      ordered_at: timestampText(order.orderedAtUs),
      order_number: numbers.get(order.orderId) ?? null,
      lines: order.lines.length,
      units: unitsOf(order),
      currency: order.currency,
      original_currency: order.currency,
      channel: order.channel,
      country: order.country,
      gross: moneyText(gross),
      discount: moneyText(discount),
      refunded: moneyText(refunded),
      net: gross === null ? null : moneyText(gross - (discount ?? 0n) - (refunded ?? 0n)),
    };
  });
}

/** The how-manieth order of its customer each one is, by (ordered_at, order_id), from 1. */
function orderNumbers(orders: readonly Order[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const own of groupBy(orders, ({ customerId }) => customerId).values()) {
    const ordered = [...own].sort(
      (left, right) => left.orderedAtUs - right.orderedAtUs || (left.orderId < right.orderId ? -1 : 1),
    );
    for (const [index, { orderId }] of ordered.entries()) numbers.set(orderId, index + 1);
  }
  return numbers;
}

/** fct_order_lines. */
export function orderLineRows(orders: readonly Order[], products: ProductVersions): Row[] {
  return orders.flatMap((order) =>
    order.lines.map((line, index) => ({
      order_id: order.orderId,
      line_number: index + 1,
      order_date: dateOf(order.orderedAtUs),
      customer_id: order.customerId,
      product_id: line.productId,
      product_valid_from: timestampText(
        versionAt(products, line.productId, order.orderedAtUs)?.fromUs ?? null,
      ),
      quantity: line.quantity,
      unit_price: moneyText(line.unitPriceE4),
      line_total: moneyText(lineTotalOf(line)),
    })),
  );
}

/** fct_refunds. */
export function refundRows(refunds: readonly Refund[]): Row[] {
  return refunds.map((refund) => ({
    refund_id: refund.refundId,
    refund_date: dateOf(refund.refundedAtUs),
    order_id: refund.orderId,
    customer_id: refund.customerId,
    refunded_at: timestampText(refund.refundedAtUs),
    amount: moneyText(refund.amountE4),
    currency: refund.currency,
    order_source: refund.order?.source ?? 'web',
    channel: refund.order?.channel ?? 'unknown',
    country: refund.order?.country ?? 'unknown',
  }));
}
