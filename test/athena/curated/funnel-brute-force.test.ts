import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Chain, creditedChains, type FunnelEvent } from '../../oracle/funnel-chains.ts';
import type { FunnelRule } from '../../oracle/input.ts';
import { type BuiltRows, buildModels } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { lakeState, staged } from '../rows.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
const HALF_HOUR_US = 1_800 * SECOND_US;
const START_MS = Date.UTC(2026, 2, 1);
const WINDOW_S = 7_200;
const SHOP = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'];
const REPEATED = ['view_item', 'view_item', 'add_to_cart', 'view_item', 'add_to_cart'];
type Rule = Pick<FunnelRule, 'mode' | 'steps' | 'exclusions'>;

const RULES: Readonly<Record<string, Rule>> = {
  plain: { mode: 'ordered', steps: SHOP },
  again: { mode: 'ordered', steps: REPEATED },
  back: { mode: 'ordered', steps: ['view_item', 'add_to_cart', 'view_item'] },
  pair: { mode: 'ordered', steps: ['add_to_cart', 'add_to_cart'] },
  strict_plain: { mode: 'strict', steps: SHOP },
  strict_again: { mode: 'strict', steps: REPEATED },
  strict_pair: { mode: 'strict', steps: ['view_item', 'view_item'] },
  any_plain: { mode: 'any', steps: SHOP },
  any_again: { mode: 'any', steps: REPEATED },
  without_search: {
    mode: 'ordered',
    steps: ['view_item', 'add_to_cart', 'purchase'],
    exclusions: [{ eventType: 'search', afterStep: 1, beforeStep: 2 }],
  },
  without_either: {
    mode: 'ordered',
    steps: ['view_item', 'view_item', 'purchase'],
    exclusions: [
      { eventType: 'search', afterStep: 2, beforeStep: 3 },
      { eventType: 'refund', afterStep: 1, beforeStep: 3 },
    ],
  },
  strict_without: {
    mode: 'strict',
    steps: ['view_item', 'add_to_cart', 'view_item'],
    exclusions: [{ eventType: 'search', afterStep: 2, beforeStep: 3 }],
  },
  any_without: {
    mode: 'any',
    steps: ['view_item', 'add_to_cart', 'purchase'],
    exclusions: [{ eventType: 'search', afterStep: 1, beforeStep: 3 }],
  },
};

/** Few moments around midnight, so that most events tie; ids in no order of time. */
const eventsOfOneDevice = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 100, max: 999 }).map((number) => `e${number}`),
    type: fc.constantFrom(...SHOP, 'view_item', 'view_item', 'add_to_cart', 'search', 'refund'),
    session: fc.constantFrom('s1', 's1', 's2'),
    timeUs: fc.integer({ min: 0, max: 12 }).map((step) => DAY_US + (step - 6) * HALF_HOUR_US),
    arrivalUs: fc.integer({ min: 0, max: 9 }).map((second) => 2 * DAY_US + second * SECOND_US),
  }),
  { selector: (event) => event.id, minLength: 1, maxLength: 14 },
);
const devices = fc.array(eventsOfOneDevice, { minLength: 1, maxLength: 12 });

interface Step extends FunnelEvent {
  readonly session: string;
  readonly arrivalUs: number;
}

interface Device {
  readonly name: string;
  readonly events: readonly Step[];
}

test('funnel_entries equals the rule taken at its word, over random ties, repeats and windows', async () => {
  await fc.assert(
    fc.asyncProperty(devices, async (histories) => {
      const given = histories.map((events, index) => ({ name: `d${index}`, events }));

      const built = await entriesOf(given);

      expect(built.map(textOfBuilt).sort()).toEqual(expectedOf(given).map(textOf).sort());
    }),
    { numRuns: 12 },
  );
});

test('a date of entry needs the events from it to the end of its window, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(devices, async (histories) => {
      const whole = histories.map((events, index) => ({ name: `d${index}`, events }));
      const cut = whole.map(({ name, events }) => ({
        name,
        events: events.filter(({ timeUs }) => timeUs >= DAY_US),
      }));
      const isOfDay2 = (row: { readonly entry_date: unknown }) => row.entry_date === '2026-03-02';

      const built = await entriesOf(cut);

      expect(built.map(textOfBuilt).sort()).toEqual(expectedOf(whole).filter(isOfDay2).map(textOf).sort());
    }),
    { numRuns: 5 },
  );
});

async function entriesOf(given: readonly Device[]): Promise<BuiltRows> {
  const built = await buildModels(
    {
      stg_events: given.flatMap(({ name, events }) =>
        events.map((event) =>
          staged(`${event.id}-${name}`, isoOf(event.timeUs), {
            event_type: event.type,
            anonymous_id: name,
            session_id: event.session,
            arrival_time: isoOf(event.arrivalUs),
          }),
        ),
      ),
      funnel_steps: Object.entries(RULES).flatMap(([funnel, rule]) => rowsOf(funnel, rule)),
      lake_state: [lakeState()],
    },
    ['funnel_entries'],
  );
  return built.funnel_entries;
}

function rowsOf(funnel: string, { mode, steps, exclusions = [] }: Rule): GivenRow[] {
  const units = [
    { unit_kind: 'customer', window_s: WINDOW_S },
    { unit_kind: 'session', window_s: null },
  ];
  return units.flatMap((unit) => [
    ...steps.map((type, index) => ({
      funnel,
      mode,
      step: index + 1,
      event_type: type,
      is_exclusion: false,
      ...unit,
    })),
    ...exclusions.flatMap(({ eventType, afterStep, beforeStep }) =>
      Array.from({ length: beforeStep - afterStep }, (_, index) => ({
        funnel,
        mode,
        step: afterStep + index,
        event_type: eventType,
        is_exclusion: true,
        ...unit,
      })),
    ),
  ]);
}

type Expected = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

const COLUMNS = [
  'funnel',
  'unit_kind',
  'unit_id',
  'entry_date',
  'entry_time',
  'depth',
  'step_2_at',
  'step_3_at',
  'step_4_at',
  'step_5_at',
  'completed_at',
  'updated_at',
] as const;

function expectedOf(given: readonly Device[]): Expected[] {
  return given.flatMap(({ name, events }) =>
    Object.entries(RULES).flatMap(([funnel, rule]) => [
      ...creditedChains(rule, events, WINDOW_S * SECOND_US).map((chain) =>
        rowOf(chain, rule, { funnel, unit_kind: 'customer', unit_id: `a:${name}` }),
      ),
      ...[...Map.groupBy(events, ({ session }) => session)].flatMap(([session, ofSession]) =>
        creditedChains(rule, ofSession, Number.POSITIVE_INFINITY).map((chain) =>
          rowOf(chain, rule, { funnel, unit_kind: 'session', unit_id: `${name}/${session}` }),
        ),
      ),
    ]),
  );
}

function rowOf(
  chain: Chain<Step>,
  rule: Rule,
  unit: Pick<Expected, 'funnel' | 'unit_kind' | 'unit_id'>,
): Expected {
  const timeOf = (step: number) => {
    const event = chain[step - 1];
    return event === undefined ? null : timestampOf(event.timeUs);
  };
  return {
    ...unit,
    entry_date: isoOf(chain[0].timeUs).slice(0, 10),
    entry_time: timestampOf(chain[0].timeUs),
    depth: chain.length,
    step_2_at: timeOf(2),
    step_3_at: timeOf(3),
    step_4_at: timeOf(4),
    step_5_at: timeOf(5),
    completed_at: timeOf(rule.steps.length),
    updated_at: timestampOf(Math.max(...chain.map(({ arrivalUs }) => arrivalUs))),
  };
}

function isoOf(timeUs: number): string {
  return `${new Date(START_MS + timeUs / 1000).toISOString().slice(0, 19)}Z`;
}

function timestampOf(timeUs: number): string {
  return `${isoOf(timeUs).replace('T', ' ').replace('Z', '')}.000000`;
}

function textOf(row: Expected): string {
  return COLUMNS.map((column) => `${column} ${row[column]}`).join(', ');
}

function textOfBuilt(row: BuiltRows[number]): string {
  return COLUMNS.map((column) => `${column} ${row[column]}`).join(', ');
}
