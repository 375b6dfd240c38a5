/**
 * The rule of docs/metrics/funnel.md and funnel-modes.md taken at its word: for each entry try every event for every
 * step. Slow, and written without a look at how the SQL does it.
 */

export interface Step {
  readonly id: string;
  readonly type: string;
  readonly session: string;
  readonly timeS: number;
  readonly arrivalS: number;
}

export interface Exclusion {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

export interface Rule {
  readonly mode: 'ordered' | 'strict' | 'any';
  readonly steps: readonly string[];
  readonly exclusions?: readonly Exclusion[];
}

/** Events in the order in which they were taken, the entry first. */
export type Chain = readonly [Step, ...Step[]];

const DAY_S = 86_400;

/** The credited chain of each date on which a unit entered; windowS null: no bound of time. */
export function creditedChains(rule: Rule, events: readonly Step[], windowS: number | null): Chain[] {
  const inOrder = events.toSorted((left, right) => comparePlaces(rule, left, right));
  const isEntry = (event: Step) =>
    rule.mode === 'any' ? rule.steps.includes(event.type) : event.type === rule.steps[0];
  const chains = inOrder.filter(isEntry).map((entry) => chainOf(rule, entry, inOrder, windowS));
  const byDate = Map.groupBy(chains, ([entry]) => Math.floor(entry.timeS / DAY_S));
  return [...byDate.values()].flatMap((sameDay) => {
    if (sameDay.some((chain) => isExcluded(rule, chain, events, windowS))) return [];
    return sameDay.toSorted(compareCredit).slice(0, 1);
  });
}

function chainOf(rule: Rule, entry: Step, inOrder: readonly Step[], windowS: number | null): Chain {
  const inTime = (event: Step) => windowS === null || event.timeS <= entry.timeS + windowS;
  const later = inOrder.slice(inOrder.indexOf(entry) + 1);
  if (rule.mode === 'strict') return strictChain(rule, entry, later, inTime);
  if (rule.mode === 'any') return anyChain(rule, entry, later, inTime);
  return orderedChain(rule, entry, inOrder, inTime);
}

function orderedChain(
  rule: Rule,
  entry: Step,
  events: readonly Step[],
  inTime: (event: Step) => boolean,
): Chain {
  const rest: Step[] = [];
  for (const type of rule.steps.slice(1)) {
    const fromS = (rest.at(-1) ?? entry).timeS;
    const next = events
      .filter((event) => event.type === type && event.timeS >= fromS && inTime(event))
      .filter((event) => event !== entry && !rest.includes(event))
      .toSorted(compareEvents)[0];
    if (next === undefined) break;
    rest.push(next);
  }
  return [entry, ...rest];
}

function strictChain(
  rule: Rule,
  entry: Step,
  later: readonly Step[],
  inTime: (event: Step) => boolean,
): Chain {
  const rest: Step[] = [];
  for (const [index, type] of rule.steps.slice(1).entries()) {
    const next = later[index];
    if (next === undefined || next.type !== type || !inTime(next)) break;
    rest.push(next);
  }
  return [entry, ...rest];
}

function anyChain(rule: Rule, entry: Step, later: readonly Step[], inTime: (event: Step) => boolean): Chain {
  const open = [...rule.steps];
  open.splice(open.indexOf(entry.type), 1);
  const rest: Step[] = [];
  for (const event of later) {
    const place = open.indexOf(event.type);
    if (place < 0 || !inTime(event)) continue;
    open.splice(place, 1);
    rest.push(event);
  }
  return [entry, ...rest];
}

function isExcluded(rule: Rule, chain: Chain, events: readonly Step[], windowS: number | null): boolean {
  return (rule.exclusions ?? []).some(({ type, from, to }) => {
    const after = chain[from - 1];
    if (after === undefined) return false;
    const before = chain[to - 1]?.timeS ?? Number.POSITIVE_INFINITY;
    const endS = windowS === null ? Number.POSITIVE_INFINITY : chain[0].timeS + windowS;
    return events.some(
      (event) =>
        event.type === type && event.timeS >= after.timeS && event.timeS < before && event.timeS <= endS,
    );
  });
}

function compareEvents(left: Step, right: Step): number {
  return left.timeS - right.timeS || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

/** At one time steps come in their order, and other events behind them. */
function comparePlaces(rule: Rule, left: Step, right: Step): number {
  const rank = (event: Step) => {
    const index = rule.steps.indexOf(event.type);
    return index < 0 ? rule.steps.length : index;
  };
  return left.timeS - right.timeS || rank(left) - rank(right) || compareEvents(left, right);
}

/** Deepest, then earliest at its deepest step, then latest entry. */
function compareCredit(left: Chain, right: Chain): number {
  const lastS = (chain: Chain) => (chain.at(-1) ?? chain[0]).timeS;
  return right.length - left.length || lastS(left) - lastS(right) || compareEvents(right[0], left[0]);
}
