/**
 * The funnels of the lake. They render as the source table funnel_steps, which one SELECT reads: a new funnel is a new
 * entry here, not new SQL.
 */

export const UNIT_KINDS = ['customer', 'session'] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

export interface Funnel {
  readonly name: string;
  /** `ordered`: step k at or after step k - 1, anything between. */
  readonly mode: 'ordered';
  /** How long after its entry a customer may take for all steps, inclusive. A session's window is the session. */
  readonly customerWindowDays: number;
  /** Event types, two to five; one type may stand in several steps, each of which takes an event of its own. */
  readonly steps: readonly string[];
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

const MAX_STEPS = 5;

/** Rows of funnel_steps, in its columns' order. Throws RangeError for a funnel that cannot be computed. */
export function funnelStepRows(
  funnels: readonly Funnel[],
): readonly (readonly (string | number | boolean | null)[])[] {
  return funnels.flatMap((funnel) => {
    if (funnel.steps.length < 2 || funnel.steps.length > MAX_STEPS) {
      throw new RangeError(
        `funnel ${funnel.name} has ${funnel.steps.length} steps (${funnel.steps.join(' > ')}); allowed: 2 to ${MAX_STEPS}`,
      );
    }
    return UNIT_KINDS.flatMap((unitKind) =>
      funnel.steps.map((eventType, index) => [
        funnel.name,
        unitKind,
        funnel.mode,
        unitKind === 'customer' ? funnel.customerWindowDays * 86_400 : null,
        index + 1,
        eventType,
        false,
      ]),
    );
  });
}
