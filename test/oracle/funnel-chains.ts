import type { FunnelRule } from './input.ts';
import { firstBy, groupBy } from './lists.ts';
import { DAY_US } from './times.ts';

/**
 * The rule of docs/metrics/funnel.md and funnel-modes.md taken at its word: for each entry try every event for every
 * step. Slow, and written without a look at how the SQL does it.
 */

/** What a rule asks of an event. */
export interface FunnelEvent {
  readonly id: string;
  readonly type: string;
  readonly timeUs: number;
}

/** Events in the order in which they were taken, the entry first. */
export type Chain<Event extends FunnelEvent> = readonly [Event, ...Event[]];

/** What is known while the steps behind an entry are looked for. */
interface Walk<Event extends FunnelEvent> {
  readonly rule: Rule;
  readonly entry: Event;
  /** Of the unit, in the order of steps. */
  readonly events: readonly Event[];
  /** The last microsecond that counts. */
  readonly endUs: number;
}

type Rule = Pick<FunnelRule, 'mode' | 'steps' | 'exclusions'>;

/**
 * The chain that counts for each date on which a unit entered: the deepest, then the one that was first at its deepest
 * step, then the latest entry. None for a date of which a chain met an exclusion.
 */
export function creditedChains<Event extends FunnelEvent>(
  rule: Rule,
  events: readonly Event[],
  windowUs: number,
): readonly Chain<Event>[] {
  const inOrder = events.toSorted((left, right) => comparePlaces(rule, left, right));
  const isEntry = ({ type }: Event) =>
    rule.mode === 'any' ? rule.steps.includes(type) : type === rule.steps[0];
  const walks = inOrder
    .filter(isEntry)
    .map((entry) => ({ rule, entry, events: inOrder, endUs: entry.timeUs + windowUs }));
  const byDate = groupBy(walks, ({ entry }) => String(Math.floor(entry.timeUs / DAY_US)));
  return [...byDate.values()].flatMap((ofDate) => {
    const chains = ofDate.map((walk) => ({ walk, chain: chainOf(walk) }));
    if (chains.some(({ walk, chain }) => isExcluded(walk, chain))) return [];
    const credited = firstBy(chains, (left, right) => isRatherCredited(left.chain, right.chain));
    return credited === null ? [] : [credited.chain];
  });
}

function chainOf<Event extends FunnelEvent>(walk: Walk<Event>): Chain<Event> {
  switch (walk.rule.mode) {
    case 'ordered':
      return orderedChain(walk);
    case 'strict':
      return strictChain(walk);
    case 'any':
      return anyChain(walk);
  }
}

/** Each step takes the smallest event of its type at or after the step before that no step has taken. */
function orderedChain<Event extends FunnelEvent>({ rule, entry, events, endUs }: Walk<Event>): Chain<Event> {
  const rest: Event[] = [];
  for (const type of rule.steps.slice(1)) {
    const fromUs = (rest.at(-1) ?? entry).timeUs;
    const next = firstBy(
      events.filter(
        (event) =>
          event.type === type &&
          event.timeUs >= fromUs &&
          event.timeUs <= endUs &&
          event !== entry &&
          !rest.includes(event),
      ),
      isBefore,
    );
    if (next === null) break;
    rest.push(next);
  }
  return [entry, ...rest];
}

/** Each step is the very next event. */
function strictChain<Event extends FunnelEvent>({ rule, entry, events, endUs }: Walk<Event>): Chain<Event> {
  const later = events.slice(events.indexOf(entry) + 1);
  const rest: Event[] = [];
  for (const [index, type] of rule.steps.slice(1).entries()) {
    const next = later[index];
    if (next === undefined || next.type !== type || next.timeUs > endUs) break;
    rest.push(next);
  }
  return [entry, ...rest];
}

/** Each event behind the entry takes a step of its type that is still open. */
function anyChain<Event extends FunnelEvent>({ rule, entry, events, endUs }: Walk<Event>): Chain<Event> {
  const open = [...rule.steps];
  open.splice(open.indexOf(entry.type), 1);
  const rest: Event[] = [];
  for (const event of events.slice(events.indexOf(entry) + 1)) {
    const place = open.indexOf(event.type);
    if (place < 0 || event.timeUs > endUs) continue;
    open.splice(place, 1);
    rest.push(event);
  }
  return [entry, ...rest];
}

function isExcluded<Event extends FunnelEvent>(
  { rule, events, endUs }: Walk<Event>,
  chain: Chain<Event>,
): boolean {
  return (rule.exclusions ?? []).some(({ eventType, afterStep, beforeStep }) => {
    const after = chain[afterStep - 1];
    if (after === undefined) return false;
    const beforeUs = chain[beforeStep - 1]?.timeUs ?? Number.POSITIVE_INFINITY;
    return events.some(
      ({ type, timeUs }) =>
        type === eventType && timeUs >= after.timeUs && timeUs < beforeUs && timeUs <= endUs,
    );
  });
}

function isRatherCredited(left: Chain<FunnelEvent>, right: Chain<FunnelEvent>): boolean {
  if (left.length !== right.length) return left.length > right.length;
  const [leftLast, rightLast] = [left.at(-1) ?? left[0], right.at(-1) ?? right[0]];
  if (leftLast.timeUs !== rightLast.timeUs) return leftLast.timeUs < rightLast.timeUs;
  return isBefore(right[0], left[0]);
}

function isBefore(left: FunnelEvent, right: FunnelEvent): boolean {
  return left.timeUs < right.timeUs || (left.timeUs === right.timeUs && left.id < right.id);
}

/** At one time steps come in their order, and other events behind them. */
function comparePlaces({ steps }: Rule, left: FunnelEvent, right: FunnelEvent): number {
  const rank = ({ type }: FunnelEvent) => (steps.includes(type) ? steps.indexOf(type) : steps.length);
  const places = left.timeUs - right.timeUs || rank(left) - rank(right);
  return places === 0 ? (isBefore(left, right) ? -1 : isBefore(right, left) ? 1 : 0) : places;
}
