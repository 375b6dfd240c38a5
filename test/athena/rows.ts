import type { SqlValue } from '../../lambdas/ports/sql-engine.ts';
import type { BuiltRows } from './build-models.ts';
import type { GivenRow } from './harness.ts';

/** Rows of the lake's sources and of staging, with all that a test does not care about filled in. */

/** `2026-01-31 10:15:00.000000`: how a timestamp(6) comes out of a `2026-01-31T10:15:00Z`. */
export function timestamp(iso: string): string {
  const [seconds = '', fraction = ''] = iso.replace('T', ' ').replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

/** Built rows as rows to give to the next model or check: a timestamp is ISO again. */
export function givenAgain(rows: BuiltRows): GivenRow[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, givenCell(value)])),
  );
}

function givenCell(value: SqlValue): string | number | boolean | null {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return value;
  return value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{6})$/, '$1T$2Z');
}

export function lakeState(row: GivenRow = {}): GivenRow {
  return { watermark: null, allowed_lateness_s: 259_200, reporting_currency: 'USD', ...row };
}

/** A staged event: e1 of device d1 in session s1, a page view, unless told otherwise. */
export function staged(id: string, time: string, row: GivenRow = {}): GivenRow {
  return {
    event_id: id,
    event_time: time,
    event_date: time.slice(0, 10),
    event_type: 'page_view',
    arrival_time: time,
    lateness_s: 0,
    anonymous_id: 'd1',
    session_id: 's1',
    schema_version: 1,
    ledger_id: 'l1',
    shard_id: 'shardId-000000000000',
    sequence_number: '1',
    record_index: 0,
    ...row,
  };
}

/** A staged purchase; its lines are rows of stg_order_lines. */
export function purchase(id: string, time: string, orderId: string, row: GivenRow = {}): GivenRow {
  return staged(id, time, { event_type: 'purchase', order_id: orderId, currency: 'USD', ...row });
}

export function refund(id: string, time: string, refundId: string, row: GivenRow = {}): GivenRow {
  return staged(id, time, {
    event_type: 'refund',
    refund_id: refundId,
    order_id: 'o1',
    amount: '5',
    currency: 'USD',
    ...row,
  });
}

/** A staged order line: two of product p1 at 10. */
export function line(orderId: string, time: string, row: GivenRow = {}): GivenRow {
  return {
    order_id: orderId,
    line_number: 1,
    event_date: time.slice(0, 10),
    event_id: `event-of-${orderId}`,
    event_time: time,
    product_id: 'p1',
    quantity: 2,
    unit_price: '10',
    currency: 'USD',
    ...row,
  };
}

/** Rows of funnel_steps for both unit kinds, as the lake's funnels render: a session has no bound of time. */
export function funnelSteps(funnel: string, types: readonly string[], windowS = 604_800): GivenRow[] {
  return ['customer', 'session'].flatMap((unitKind) =>
    types.map((type, index) => ({
      funnel,
      unit_kind: unitKind,
      mode: 'ordered',
      window_s: unitKind === 'customer' ? windowS : null,
      step: index + 1,
      event_type: type,
      is_exclusion: false,
    })),
  );
}

/** A snapshot of the store API: its ledger row and its object. */
export function snapshot(
  source: string,
  slot: string,
  accepted = 1,
  id = slot,
): { readonly ledger: GivenRow; readonly object: GivenRow } {
  const ledgerId = `${source}/${id}`;
  return {
    ledger: {
      ledger_id: ledgerId,
      source,
      received: accepted,
      accepted,
      duplicate: 0,
      quarantined: 0,
      dedup_bypassed: 0,
      orders: 0,
      min_arrival_time: slot,
      max_arrival_time: slot,
    },
    object: {
      ledger_id: ledgerId,
      source,
      kind: 'raw',
      object_key: ledgerId,
      location: ledgerId,
      ingest_date: slot.slice(0, 10),
      ingest_hour: '00',
      sha256: '',
      records: accepted,
      size_bytes: 1,
      arrival_time: slot,
    },
  };
}

/** An object of raw events that the ledger names: `lake/<ledger id>`. */
export function ledgerObject(ledgerId: string, row: GivenRow = {}): GivenRow {
  return {
    ledger_id: ledgerId,
    source: 'events',
    kind: 'raw',
    object_key: ledgerId,
    location: `lake/${ledgerId}`,
    ingest_date: '2026-03-01',
    ingest_hour: '10',
    sha256: '',
    records: 1,
    size_bytes: 1,
    arrival_time: '2026-03-01T00:00:00Z',
    ...row,
  };
}

/** A record as it lies in raw: a page view in `lake/l1`, unless told otherwise. */
export function rawCopy(id: string, row: GivenRow = {}): GivenRow {
  return {
    _arrival_time: '2026-03-01T10:00:01.000Z',
    _shard_id: 'shardId-000000000000',
    _sequence_number: '100',
    event_id: id,
    event_type: 'page_view',
    event_time: '2026-03-01T10:00:00Z',
    anonymous_id: 'd1',
    session_id: 's1',
    schema_version: '1',
    $path: 'lake/l1',
    ...row,
  };
}

/** A batch of one accepted event. */
export function ledgerRow(row: GivenRow): GivenRow {
  return {
    ledger_id: 'l1',
    source: 'events',
    received: 1,
    accepted: 1,
    duplicate: 0,
    quarantined: 0,
    dedup_bypassed: 0,
    orders: 0,
    min_arrival_time: '2026-03-01T10:00:00Z',
    max_arrival_time: '2026-03-01T10:00:00Z',
    ...row,
  };
}
