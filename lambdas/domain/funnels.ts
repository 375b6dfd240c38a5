import { AD_EVENT_TYPES, EVENT_TYPES } from './events/event-types.ts';

/**
 * The funnels of the lake. They render as the source table funnel_steps, which one SELECT reads: a new funnel is a new
 * entry here, not new SQL. What a mode and an exclusion mean: docs/metrics/funnel-modes.md.
 */

export const UNIT_KINDS = ['customer', 'session'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

export const FUNNEL_MODES = ['ordered', 'strict', 'any'] as const;
export type FunnelMode = (typeof FUNNEL_MODES)[number];

/** Whoever does this from one step on and before another is not in the funnel on that date of entry. */
export interface FunnelExclusion {
  readonly eventType: string;
  /** Number of the step from which on it counts, from 1. */
  readonly afterStep: number;
  /** Number of the step that ends it: a later one, at most the last. */
  readonly beforeStep: number;
}

export interface Funnel {
  /** As in funnel_steps: a to z, 0 to 9 and _. */
  readonly name: string;
  /** `ordered`: step k at or after step k - 1; `strict`: nothing else in between; `any`: the steps as they come. */
  readonly mode: FunnelMode;
  /** How long after its entry a customer may take for all steps, inclusive. A session's window is the session. */
  readonly customerWindowDays: number;
  /** Event types, two to five; one type may stand in several steps, each of which takes an event of its own. */
  readonly steps: readonly string[];
  readonly exclusions?: readonly FunnelExclusion[];
}

export const FUNNELS: readonly Funnel[] = [
  {
    name: 'shop',
    mode: 'ordered',
    customerWindowDays: 7,
    steps: ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'],
  },
  {
    name: 'search_to_purchase',
    mode: 'ordered',
    customerWindowDays: 7,
    steps: ['search', 'view_item', 'add_to_cart', 'purchase'],
  },
];

const MIN_STEPS = 2;
const MAX_STEPS = 5;
const MAX_WINDOW_DAYS = 90;
const SECONDS_PER_DAY = 86_400;
const ADVERTISING: ReadonlySet<string> = new Set(AD_EVENT_TYPES);
const STEP_EVENT_TYPES: readonly string[] = EVENT_TYPES.filter((type) => !ADVERTISING.has(type));

/**
 * Rows of funnel_steps, in its columns' order. An exclusion has a row for each step after which it counts.
 * Throws RangeError with every reason for which a funnel cannot be computed.
 */
export function funnelStepRows(
  funnels: readonly Funnel[],
): readonly (readonly (string | number | boolean | null)[])[] {
  const problems = [...funnels.flatMap(problemsOf), ...repeatedNames(funnels)];
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  return funnels.flatMap((funnel) =>
    UNIT_KINDS.flatMap((unitKind) => {
      const windowS = unitKind === 'customer' ? windowSeconds(funnel) : null;
      const row = (step: number, eventType: string, isExclusion: boolean) => {
        return [funnel.name, unitKind, funnel.mode, windowS, step, eventType, isExclusion];
      };
      return [
        ...funnel.steps.map((eventType, index) => row(index + 1, eventType, false)),
        ...(funnel.exclusions ?? []).flatMap(({ eventType, afterStep, beforeStep }) =>
          Array.from({ length: beforeStep - afterStep }, (_, gap) => row(afterStep + gap, eventType, true)),
        ),
      ];
    }),
  );
}

/** Each says what is wrong, the value got and what is allowed. A declaration may come from anywhere: types are asked too. */
function problemsOf(funnel: Funnel): readonly string[] {
  const { name, mode, steps, exclusions = [] } = funnel;
  const problems: string[] = [];
  const report = (problem: string, allowed: string): void => {
    problems.push(`funnel ${name}: ${problem}; allowed: ${allowed}`);
  };
  if (!/^[a-z][a-z0-9_]*$/.test(name)) report(`its name is "${name}"`, 'a to z, 0 to 9 and _');
  if (!FUNNEL_MODES.includes(mode)) report(`its mode is "${mode}"`, FUNNEL_MODES.join(', '));
  const windowS = windowSeconds(funnel);
  if (!Number.isInteger(windowS) || windowS < 1 || windowS > MAX_WINDOW_DAYS * SECONDS_PER_DAY) {
    report(
      `its window is ${funnel.customerWindowDays} days`,
      `whole seconds, from 1 to ${MAX_WINDOW_DAYS} days`,
    );
  }
  if (steps.length === 0) report('step 1 is missing', `${MIN_STEPS} to ${MAX_STEPS} steps`);
  else if (steps.length < MIN_STEPS || steps.length > MAX_STEPS) {
    report(`it has ${steps.length} steps (${steps.join(' > ')})`, `${MIN_STEPS} to ${MAX_STEPS}`);
  }
  for (const [index, type] of steps.entries()) {
    if (!STEP_EVENT_TYPES.includes(type)) {
      report(`step ${index + 1} is "${type}"`, STEP_EVENT_TYPES.join(', '));
    }
  }
  for (const exclusion of exclusions) problems.push(...exclusionProblems(funnel, exclusion));
  return problems;
}

function exclusionProblems(
  { name, steps }: Funnel,
  { eventType, afterStep, beforeStep }: FunnelExclusion,
): readonly string[] {
  const problems: string[] = [];
  const others = STEP_EVENT_TYPES.filter((type) => !steps.includes(type));
  if (!others.includes(eventType)) {
    problems.push(`funnel ${name}: it excludes "${eventType}"; allowed: no step of it, ${others.join(', ')}`);
  }
  const isInside =
    Number.isInteger(afterStep) &&
    Number.isInteger(beforeStep) &&
    afterStep >= 1 &&
    afterStep < beforeStep &&
    beforeStep <= steps.length;
  if (!isInside) {
    problems.push(
      `funnel ${name}: it excludes "${eventType}" between steps ${afterStep} and ${beforeStep}; ` +
        `allowed: between an earlier and a later one of 1 to ${steps.length}`,
    );
  }
  return problems;
}

function repeatedNames(funnels: readonly Funnel[]): readonly string[] {
  const names = funnels.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `funnel ${name}: declared twice; allowed: one of a name`);
}

/** Rounded to a millionth, so that 0.1 of a day is 8,640 s, and 1/7 none. */
function windowSeconds({ customerWindowDays }: Funnel): number {
  return Math.round(customerWindowDays * SECONDS_PER_DAY * 1e6) / 1e6;
}
