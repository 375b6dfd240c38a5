import type { EventType } from '../shop-event.ts';
import { addDays, dateOf, startOf, US_PER_DAY } from './calendar.ts';
import { type Activity, firstKnown, sessionKey, sessionUntil } from './identity.ts';
import { compareEvents, type StagedEvent } from './intake.ts';
import { groupBy, type Row, timestampText } from './row.ts';

export interface FunnelDefinition {
  readonly name: string;
  /** Two to five, each once. */
  readonly steps: readonly [EventType, EventType, ...EventType[]];
  /** From the entry to each later step, inclusive, for customers. */
  readonly windowDays: number;
}

/** The two that ship. */
export const FUNNELS: readonly FunnelDefinition[] = [
  { name: 'shop', steps: ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'], windowDays: 7 },
  { name: 'search_to_purchase', steps: ['search', 'view_item', 'add_to_cart', 'purchase'], windowDays: 7 },
];

export const UNIT_KINDS = ['customer', 'session'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** The credited chain of one unit on one date. */
export interface FunnelEntry {
  readonly funnel: FunnelDefinition;
  readonly unitKind: UnitKind;
  readonly unitId: string;
  readonly entryDate: string;
  /** The steps reached, the entry first. */
  readonly chain: Chain;
  readonly channel: string;
  readonly device: string;
  readonly country: string;
  readonly isNewCustomer: boolean;
  readonly isFinal: boolean;
}

type Chain = readonly [StagedEvent, ...StagedEvent[]];

export interface FunnelInputs {
  readonly activity: Activity;
  readonly firstSeen: ReadonlyMap<string, number | null>;
  readonly watermarkUs: number | null;
}

export function funnelEntries(funnel: FunnelDefinition, inputs: FunnelInputs): FunnelEntry[] {
  return UNIT_KINDS.flatMap((unitKind) => {
    const unitOf = unitKind === 'customer' ? inputs.activity.customerOf : sessionKey;
    const units = groupBy(inputs.activity.events, unitOf);
    return [...units].flatMap(([unitId, events]) =>
      entriesOfUnit({ funnel, unitKind, unitId, events }, inputs),
    );
  });
}

interface Unit {
  readonly funnel: FunnelDefinition;
  readonly unitKind: UnitKind;
  readonly unitId: string;
  /** By (event_time, event_id). */
  readonly events: readonly StagedEvent[];
}

function entriesOfUnit(unit: Unit, inputs: FunnelInputs): FunnelEntry[] {
  const windowUs =
    unit.unitKind === 'customer' ? unit.funnel.windowDays * US_PER_DAY : Number.POSITIVE_INFINITY;
  const entries = unit.events.filter(({ event }) => event.eventType === unit.funnel.steps[0]);
  const byDate = groupBy(entries, ({ event }) => dateOf(event.eventTimeUs));
  return [...byDate].map(([entryDate, sameDay]) => {
    const chains = sameDay.map((entry) => chainFrom(entry, unit, windowUs));
    const chain = chains.reduce((best, other) => (isBetter(other, best) ? other : best));
    return describe({ unit, entryDate, chain }, inputs);
  });
}

/** Step by step the earliest event of the next type that is not before the last one and still within the window. */
function chainFrom(entry: StagedEvent, { funnel, events }: Unit, windowUs: number): Chain {
  const rest: StagedEvent[] = [];
  const lastUs = entry.event.eventTimeUs + windowUs;
  for (const type of funnel.steps.slice(1)) {
    const fromUs = (rest.at(-1) ?? entry).event.eventTimeUs;
    const next = events.find(
      ({ event }) => event.eventType === type && event.eventTimeUs >= fromUs && event.eventTimeUs <= lastUs,
    );
    if (next === undefined) break;
    rest.push(next);
  }
  return [entry, ...rest];
}

/** Deeper, then earlier at the deepest step, then entered later. */
function isBetter(left: Chain, right: Chain): boolean {
  if (left.length !== right.length) return left.length > right.length;
  const leftEnd = lastTimeUs(left);
  const rightEnd = lastTimeUs(right);
  if (leftEnd !== rightEnd) return leftEnd < rightEnd;
  return compareEvents(left[0], right[0]) > 0;
}

function lastTimeUs([entry, ...rest]: Chain): number {
  return (rest.at(-1) ?? entry).event.eventTimeUs;
}

function describe(
  { unit, entryDate, chain }: { readonly unit: Unit; readonly entryDate: string; readonly chain: Chain },
  { activity, firstSeen, watermarkUs }: FunnelInputs,
): FunnelEntry {
  const entry = chain[0];
  const session = sessionUntil(activity, entry);
  const seenUs = firstSeen.get(activity.customerOf(entry)) ?? null;
  const reachDays = unit.unitKind === 'customer' ? unit.funnel.windowDays : 1;
  const endUs = startOf(addDays(entryDate, 1 + reachDays));
  return {
    funnel: unit.funnel,
    unitKind: unit.unitKind,
    unitId: unit.unitId,
    entryDate,
    chain,
    channel: firstKnown(session, ({ channel }) => channel) ?? 'unknown',
    device: firstKnown(session, ({ device }) => device) ?? 'unknown',
    country: firstKnown(session, ({ country }) => country) ?? 'unknown',
    isNewCustomer: seenUs !== null && dateOf(seenUs) === entryDate,
    isFinal: watermarkUs !== null && endUs <= watermarkUs,
  };
}

/** funnel_entries. */
export function funnelEntryRows(entries: readonly FunnelEntry[]): Row[] {
  return entries.map((entry) => {
    const stepAt = (step: number) => timestampText(entry.chain[step - 1]?.event.eventTimeUs ?? null);
    return {
      funnel: entry.funnel.name,
      unit_kind: entry.unitKind,
      unit_id: entry.unitId,
      entry_date: entry.entryDate,
      entry_time: stepAt(1),
      depth: entry.chain.length,
      step_2_at: stepAt(2),
      step_3_at: stepAt(3),
      step_4_at: stepAt(4),
      step_5_at: stepAt(5),
      completed_at: stepAt(entry.funnel.steps.length),
      channel: entry.channel,
      device: entry.device,
      country: entry.country,
      is_new_customer: entry.isNewCustomer,
      is_final: entry.isFinal,
    };
  });
}
