import { type BuiltRows, buildModels } from './build-models.ts';
import type { GivenRow } from './harness.ts';
import { funnelSteps, lakeState, staged } from './rows.ts';

/** Events of a shop's funnel, and the entries that they make. */

export const SHOP = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'] as const;

/** `10:00` of 1 March, or `2T10:00` of another day. */
export function at(time: string): string {
  const [day, clock] = time.includes('T') ? time.split('T') : ['1', time];
  return `2026-03-${String(day).padStart(2, '0')}T${clock}${clock?.length === 5 ? ':00' : ''}Z`;
}

export function view(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'view_item', ...row });
}
export function cart(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'add_to_cart', ...row });
}
export function checkout(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'begin_checkout', ...row });
}
export function buy(id: string, time: string, row: GivenRow = {}): GivenRow {
  return staged(id, at(time), { event_type: 'purchase', order_id: 'o1', currency: 'USD', ...row });
}

interface Walk {
  readonly events: readonly GivenRow[];
  readonly unitKind?: string;
  readonly steps?: readonly GivenRow[];
  readonly watermark?: string;
}

export async function entriesOf({ events, unitKind, steps, watermark }: Walk): Promise<BuiltRows> {
  const built = await buildModels(
    {
      stg_events: events,
      funnel_steps: steps ?? funnelSteps('shop', SHOP),
      lake_state: [lakeState({ watermark: watermark ?? null })],
    },
    ['funnel_entries'],
  );
  return built.funnel_entries.filter((row) => row.unit_kind === (unitKind ?? 'customer'));
}
