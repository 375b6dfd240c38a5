import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildModels, pick } from '../build-models.ts';
import { funnelSteps, lakeState, staged } from '../rows.ts';

/**
 * The rule of tables.md §4 taken at its word: for each entry try every event for every step. Slow, and written
 * without a look at how the SQL does it.
 */

interface Step {
  readonly id: string;
  readonly type: string;
  readonly timeS: number;
}
interface Chain {
  readonly events: readonly Step[];
}

const DAY_S = 86_400;
const START_MS = Date.UTC(2026, 2, 1);
const WINDOW_S = 7_200;
const FUNNELS: Readonly<Record<string, readonly string[]>> = {
  plain: ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'],
  again: ['view_item', 'view_item', 'add_to_cart', 'view_item', 'add_to_cart'],
  back: ['view_item', 'add_to_cart', 'view_item'],
  pair: ['add_to_cart', 'add_to_cart'],
};

function compareEvents(left: Step, right: Step): number {
  return left.timeS - right.timeS || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

function chainOf(entry: Step, types: readonly string[], events: readonly Step[]): Chain {
  const chain = [entry];
  for (const type of types.slice(1)) {
    const after = chain.at(-1)?.timeS ?? 0;
    const next = events
      .filter((event) => event.type === type && event.timeS >= after && event.timeS <= entry.timeS + WINDOW_S)
      .filter((event) => !chain.includes(event))
      .toSorted(compareEvents)[0];
    if (next === undefined) break;
    chain.push(next);
  }
  return { events: chain };
}

/** Deepest, then earliest at its deepest step, then latest entry. */
function compareCredit(left: Chain, right: Chain): number {
  const [first, second] = [left.events[0], right.events[0]];
  const [last, other] = [left.events.at(-1), right.events.at(-1)];
  if (first === undefined || second === undefined || last === undefined || other === undefined) return 0;
  return right.events.length - left.events.length || last.timeS - other.timeS || compareEvents(second, first);
}

function creditedOf(funnel: string, types: readonly string[], events: readonly Step[]) {
  const byDate = Map.groupBy(
    events.filter((event) => event.type === types[0]).map((entry) => chainOf(entry, types, events)),
    (chain) => Math.floor((chain.events[0]?.timeS ?? 0) / DAY_S),
  );
  return [...byDate].map(([day, chains]) => {
    const chain = chains.toSorted(compareCredit)[0]?.events ?? [];
    const timeOf = (step: number) => {
      const event = chain[step - 1];
      return event === undefined ? null : textOf(event.timeS);
    };
    return {
      funnel,
      entry_date: textOf(day * DAY_S).slice(0, 10),
      entry_event_id: chain[0]?.id,
      depth: chain.length,
      step_2_at: timeOf(2),
      step_3_at: timeOf(3),
      step_4_at: timeOf(4),
      step_5_at: timeOf(5),
      completed_at: chain.length === types.length ? timeOf(types.length) : null,
    };
  });
}

function textOf(timeS: number): string {
  return `${new Date(START_MS + timeS * 1000).toISOString().slice(0, 19).replace('T', ' ')}.000000`;
}

const TYPES = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'];

/** Few moments, so that most events tie; ids in no order of time. */
const eventsOfOneUnit = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 100, max: 999 }).map((number) => `e${number}`),
    type: fc.constantFrom(...TYPES, 'view_item', 'add_to_cart'),
    timeS: fc.integer({ min: 0, max: 12 }).map((step) => DAY_S - 3 * 1800 + step * 1800),
  }),
  { selector: (event) => event.id, minLength: 1, maxLength: 14 },
);

test('funnel_entries equals the rule taken at its word, over random ties, repeats and windows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(eventsOfOneUnit, { minLength: 1, maxLength: 12 }), async (units) => {
      const given = {
        stg_events: units.flatMap((events, unit) =>
          events.map((event) =>
            staged(`${event.id}-${unit}`, `${textOf(event.timeS).replace(' ', 'T')}Z`, {
              event_type: event.type,
              anonymous_id: `d${unit}`,
              session_id: `s${unit}`,
            }),
          ),
        ),
        funnel_steps: Object.entries(FUNNELS)
          .flatMap(([funnel, types]) => funnelSteps(funnel, types, WINDOW_S))
          .filter((row) => row.unit_kind === 'customer'),
        lake_state: [lakeState()],
      };

      const built = await buildModels(given, ['funnel_entries']);

      const expected = units.flatMap((events, unit) =>
        Object.entries(FUNNELS).flatMap(([funnel, types]) =>
          creditedOf(
            funnel,
            types,
            events.map((event) => ({ ...event, id: `${event.id}-${unit}` })),
          ).map((row) => ({ unit_id: `a:d${unit}`, ...row })),
        ),
      );
      const columns = Object.keys(expected[0] ?? { unit_id: '' });
      expect(
        pick(built.funnel_entries, ...columns)
          .map(textRow)
          .sort(),
      ).toEqual(expected.map(textRow).sort());
    }),
    { numRuns: 12 },
  );
});

function textRow(row: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(row).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
