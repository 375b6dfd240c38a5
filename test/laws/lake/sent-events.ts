import type { SentEvent } from './history.ts';

const ids = new Map<string, string>();

/** A UUID for a name. */
export function idOf(name: string): string {
  const known = ids.get(name) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`;
  ids.set(name, known);
  return known;
}

/** Of one device and visit, unless the fields say otherwise; the name becomes its id. */
export function event(name: string, type: string, time: string, fields: SentEvent = {}): SentEvent {
  const page = type === 'page_view' ? { page_path: '/' } : {};
  return {
    event_id: idOf(name),
    event_type: type,
    event_time: time,
    anonymous_id: 'd1',
    session_id: 's1',
    schema_version: 1,
    ...page,
    ...fields,
  };
}

/** Of one item of 10 USD. */
export function purchase(name: string, time: string, orderId: string, fields: SentEvent = {}): SentEvent {
  const items = [{ product_id: '1', quantity: 1, unit_price: '10' }];
  return event(name, 'purchase', time, { order_id: orderId, currency: 'USD', items, ...fields });
}
