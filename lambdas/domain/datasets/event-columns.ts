import type { ColumnType, DatasetColumn } from './dataset.ts';

/**
 * The fields of the event contract as columns of a file. Only names and types stand here: which type of event takes
 * which field, and what it may hold, is the contract's to say, which judges each row.
 */
export const EVENT_COLUMNS: readonly DatasetColumn[] = [
  required('event_id', 'text', 'Identity of the event, a UUID.'),
  required('event_type', 'text', 'What happened: page_view, view_item, purchase, ...'),
  required('event_time', 'time', 'When it happened.'),
  optional('sent_time', 'time', 'When the producer sent it.'),
  optional('anonymous_id', 'text', 'The device; required but on ad_spend.'),
  optional('user_id', 'text', 'The person, when signed in.'),
  optional('session_id', 'text', 'The visit; required but on ad_spend.'),
  optional('schema_version', 'integer', 'Version of the contract; in CSV 1 where the column is absent.'),
  optional('device', 'text', 'desktop, mobile, tablet, other.'),
  optional('country', 'text', 'ISO 3166-1 alpha-2.'),
  optional('channel', 'text', 'Marketing channel of the visit.'),
  optional('campaign_id', 'text', 'Campaign; required on ad_*.'),
  optional('page_path', 'text', 'Page, beginning with a slash.'),
  optional('engaged_time_ms', 'integer', 'Milliseconds in which the page had the focus.'),
  optional('search_term', 'text', 'What was searched for.'),
  optional('product_id', 'text', 'Product seen or put into the cart.'),
  optional('quantity', 'integer', 'How many of it.'),
  optional('unit_price', 'money', 'Price of one, in currency.'),
  optional('currency', 'text', 'ISO 4217.'),
  optional('order_id', 'text', 'Order that was placed or refunded.'),
  optional('items', 'list', 'Lines of the order: [{"product_id","quantity","unit_price"}].'),
  optional('discount', 'money', 'Discount on the order.'),
  optional('shipping', 'money', 'Shipping charged.'),
  optional('tax', 'money', 'Tax charged.'),
  optional('refund_id', 'text', 'Identity of the refund.'),
  optional('amount', 'money', 'Amount refunded.'),
  optional('impressions', 'integer', 'Impressions that an advertising platform reports.'),
  optional('clicks', 'integer', 'Clicks that it reports.'),
  optional('cost', 'money', 'Cost that it reports.'),
  optional('audience', 'text', 'Audience of the advertisement.'),
  optional('viewing_time_ms', 'integer', 'Milliseconds for which it was viewed.'),
];

function required(name: string, type: ColumnType, meaning: string): DatasetColumn {
  return { name, type, isRequired: true, meaning };
}

function optional(name: string, type: ColumnType, meaning: string): DatasetColumn {
  return { name, type, isRequired: false, meaning };
}
