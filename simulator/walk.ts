import type { Random } from './random.ts';

/** What a visitor does next within a session. */
export const STEPS = [
  'page_view',
  'search',
  'view_item',
  'add_to_cart',
  'remove_from_cart',
  'begin_checkout',
  'purchase',
  'leave',
] as const;
export type Step = (typeof STEPS)[number];

type Row = readonly (readonly [step: Step, percent: number])[];

/** What of the walk depends on who walks. */
export interface Inclination {
  readonly hasCart: boolean;
  /** Multiplies the chance to add to the cart: device, earlier orders, a purpose. */
  readonly eagerness: number;
}

/**
 * Percents of the next step by the last one; what a row leaves to 100 is `leave`. Chosen so that sessions come out at the
 * published rates: 11 % add to the cart, 39 % of those begin the checkout, 48 % of those buy.
 */
const ROWS: Readonly<Record<Exclude<Step, 'leave'> | 'landing', Row>> = {
  landing: [
    ['page_view', 24],
    ['search', 12],
    ['view_item', 26],
  ],
  page_view: [
    ['page_view', 32],
    ['search', 14],
    ['view_item', 38],
  ],
  search: [
    ['search', 14],
    ['page_view', 12],
    ['view_item', 64],
  ],
  view_item: [
    ['view_item', 34],
    ['page_view', 24],
    ['search', 12],
  ],
  add_to_cart: [
    ['view_item', 24],
    ['page_view', 14],
    ['remove_from_cart', 6],
  ],
  remove_from_cart: [
    ['view_item', 44],
    ['page_view', 22],
  ],
  begin_checkout: [
    ['page_view', 4],
    ['remove_from_cart', 3],
  ],
  purchase: [['page_view', 60]],
};

/** Percent of `view_item` that goes into the cart, before eagerness. */
const ADD_PERCENT = 7;
/** Percent of each step that goes on to the checkout once something is in the cart. */
const CHECKOUT_PERCENT = { add_to_cart: 21, page_view: 5 } as const;
const PURCHASE_PERCENT = 48;

/** The step after the last one; of the landing page, the first page of every visit, most people see no second. */
export function nextStep(last: Step | 'landing', inclination: Inclination, random: Random): Step {
  if (last === 'leave') return 'leave';
  let left = random.uniform() * 100;
  for (const [step, percent] of [...shoppingRow(last, inclination), ...ROWS[last]]) {
    left -= percent;
    if (left < 0) return step === 'remove_from_cart' && !inclination.hasCart ? 'leave' : step;
  }
  return 'leave';
}

function shoppingRow(last: Step | 'landing', { hasCart, eagerness }: Inclination): Row {
  switch (last) {
    case 'view_item':
      return [['add_to_cart', Math.min(60, ADD_PERCENT * eagerness)]];
    case 'add_to_cart':
      return [['begin_checkout', CHECKOUT_PERCENT.add_to_cart]];
    case 'page_view':
      return hasCart ? [['begin_checkout', CHECKOUT_PERCENT.page_view]] : [];
    case 'begin_checkout':
      return hasCart ? [['purchase', PURCHASE_PERCENT]] : [];
    default:
      return [];
  }
}
