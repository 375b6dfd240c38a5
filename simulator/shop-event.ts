/** The plain objects that the simulator works with: what an event says, and what it knows of each record it sends. */

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

export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPriceE4: number;
}

/**
 * One event, field by field as the contract names them; null = not sent. Money is in whole ten-thousandths (`...E4`),
 * times are whole microseconds since the epoch (`...Us`).
 */
export interface ShopEvent {
  /** Lower case. */
  readonly eventId: string;
  readonly eventType: EventType;
  readonly eventTimeUs: number;
  readonly sentTimeUs: number | null;
  readonly anonymousId: string | null;
  readonly sessionId: string | null;
  readonly userId: string | null;
  readonly schemaVersion: number;
  readonly device: string | null;
  readonly country: string | null;
  readonly channel: string | null;
  readonly campaignId: string | null;
  readonly pagePath: string | null;
  readonly engagedTimeMs: number | null;
  readonly searchTerm: string | null;
  readonly productId: string | null;
  readonly quantity: number | null;
  readonly unitPriceE4: number | null;
  readonly currency: string | null;
  readonly orderId: string | null;
  readonly refundId: string | null;
  readonly amountE4: number | null;
  readonly discountE4: number | null;
  readonly shippingE4: number | null;
  readonly taxE4: number | null;
  /** Lines of a purchase; empty on every other type. */
  readonly items: readonly OrderItem[];
  readonly impressions: number | null;
  readonly clicks: number | null;
  readonly costE4: number | null;
  readonly audience: string | null;
  readonly viewingTimeMs: number | null;
}

/** An event without a field; builders spread it and fill in what they send. */
export const BLANK_EVENT: ShopEvent = {
  eventId: '',
  eventType: 'page_view',
  eventTimeUs: 0,
  sentTimeUs: null,
  anonymousId: null,
  sessionId: null,
  userId: null,
  schemaVersion: 1,
  device: null,
  country: null,
  channel: null,
  campaignId: null,
  pagePath: null,
  engagedTimeMs: null,
  searchTerm: null,
  productId: null,
  quantity: null,
  unitPriceE4: null,
  currency: null,
  orderId: null,
  refundId: null,
  amountE4: null,
  discountE4: null,
  shippingE4: null,
  taxE4: null,
  items: [],
  impressions: null,
  clicks: null,
  costE4: null,
  audience: null,
  viewingTimeMs: null,
};

export const QUARANTINE_REASONS = [
  'too_large',
  'not_utf8',
  'not_json',
  'not_an_object',
  'too_deep',
  'duplicate_key',
  'reserved_field',
  'bad_text',
  'bad_number',
  'unknown_type',
  'unknown_version',
  'invalid_field',
  'clock_skew',
  'out_of_range',
  'id_conflict',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

export const FAULT_KINDS = [
  'duplicate',
  'resend',
  'upperCaseCopy',
  'idConflict',
  'outOfOrder',
  'lateHours',
  'lateDays',
  'malformed',
  'unknownType',
  'unknownVersion',
  'clockSkew',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What the bytes of a record say: an event, or nothing that anyone may accept. */
export type RecordContent =
  | { readonly kind: 'event'; readonly event: ShopEvent }
  | { readonly kind: 'refused'; readonly reason: QuarantineReason };

/** One record on its way to the stream. */
export interface SimulatedRecord {
  readonly partitionKey: string;
  /** One JSON event, or what a fault has made of it. */
  readonly data: Uint8Array;
  readonly arrivalTimeMs: number;
  /** What was done to it; empty for a record that arrived as it should. */
  readonly faults: readonly FaultKind[];
  readonly content: RecordContent;
}
