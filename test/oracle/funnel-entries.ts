import { type Customer, firstSeenDate } from './customers.ts';
import { type Chain, creditedChains } from './funnel-chains.ts';
import type { Identity } from './identity.ts';
import type { FunnelRule, OracleInput } from './input.ts';
import { greatest, groupBy } from './lists.ts';
import type { Row } from './row.ts';
import { inOrder, type ShopEvent } from './shop-event.ts';
import { DAY_US, startOf, timeText, timeTextOrNull } from './times.ts';
import { type Visits, visitId } from './visits.ts';

export const UNIT_KINDS = ['customer', 'session'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** The entry of a unit that counts for a date. */
export interface FunnelEntry {
  readonly funnel: FunnelRule;
  readonly unitKind: UnitKind;
  readonly unitId: string;
  /** Events that took the steps, the entry first. */
  readonly chain: Chain<ShopEvent>;
  readonly entry: ShopEvent;
  readonly channel: string;
  readonly device: string;
  readonly country: string;
  readonly isNewCustomer: boolean;
  readonly isFinal: boolean;
  readonly updatedUs: number | null;
}

interface FunnelParts {
  readonly input: OracleInput;
  readonly events: readonly ShopEvent[];
  readonly visits: Visits;
  readonly identity: Identity;
  readonly customers: readonly Customer[];
}

export function funnelEntries(parts: FunnelParts): readonly FunnelEntry[] {
  const ordered = inOrder(parts.events);
  return parts.input.funnels.flatMap((funnel) =>
    UNIT_KINDS.flatMap((unitKind) => {
      const windowUs = unitKind === 'session' ? Number.POSITIVE_INFINITY : funnel.customerWindowDays * DAY_US;
      const unitOf = unitKind === 'customer' ? parts.identity.customerOf.bind(parts.identity) : visitId;
      return [...groupBy(ordered, unitOf)].flatMap(([unitId, events]) =>
        creditedChains(funnel, events, windowUs).map((chain) =>
          entryOf(parts, { funnel, unitKind, unitId, chain }),
        ),
      );
    }),
  );
}

function entryOf(
  { input, visits, identity, customers }: FunnelParts,
  at: Pick<FunnelEntry, 'funnel' | 'unitKind' | 'unitId' | 'chain'>,
): FunnelEntry {
  const { funnel, unitKind, chain } = at;
  const [entry] = chain;
  const customer = customers.find(({ id }) => id === identity.customerOf(entry));
  const reachDays = unitKind === 'customer' ? funnel.customerWindowDays : 1;
  const endUs = startOf(entry.date) + (1 + reachDays) * DAY_US;
  return {
    ...at,
    entry,
    channel: visits.knownUpTo(entry, ({ channel }) => channel),
    device: visits.knownUpTo(entry, ({ device }) => device),
    country: visits.knownUpTo(entry, ({ country }) => country),
    isNewCustomer: customer !== undefined && firstSeenDate(customer) === entry.date,
    isFinal: input.watermarkUs !== null && endUs <= input.watermarkUs,
    updatedUs: greatest(chain.map(({ arrivalUs }) => arrivalUs)),
  };
}

/** Rows of funnel_entries. */
export function funnelEntryRows(entries: readonly FunnelEntry[]): readonly Row[] {
  return entries.map(({ funnel, unitKind, unitId, chain, entry, ...rest }) => {
    const stepAt = (step: number): string | null => timeTextOrNull(chain[step - 1]?.timeUs ?? null);
    return {
      funnel: funnel.name,
      unit_kind: unitKind,
      unit_id: unitId,
      entry_date: entry.date,
      entry_time: timeText(entry.timeUs),
      depth: chain.length,
      step_2_at: stepAt(2),
      step_3_at: stepAt(3),
      step_4_at: stepAt(4),
      step_5_at: stepAt(5),
      completed_at: chain.length === funnel.steps.length ? stepAt(chain.length) : null,
      channel: rest.channel,
      device: rest.device,
      country: rest.country,
      is_new_customer: rest.isNewCustomer,
      is_final: rest.isFinal,
      updated_at: timeTextOrNull(rest.updatedUs),
    };
  });
}
