/** The event types of the contract, in the order in which a visitor meets them; `ad_*` come from ad platforms. */
export const EVENT_TYPES = [
  'page_view',
  'view_item',
  'search',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'purchase',
  'refund',
  'sign_up',
  'ad_impression',
  'ad_click',
  'ad_spend',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** They make no device, customer, session or activity. */
export const AD_EVENT_TYPES = ['ad_impression', 'ad_click', 'ad_spend'] as const;

export const SCHEMA_VERSION = 1;
