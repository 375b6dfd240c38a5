import { describe, expect, test } from 'vitest';
import { FUNNELS, type Funnel, funnelStepRows } from '../../../lambdas/domain/funnels.ts';

function funnelOf(...steps: readonly string[]): Funnel {
  return { name: 'f', mode: 'ordered', customerWindowDays: 7, steps };
}

/** As a file or a form would give it, whatever its types. */
function declared(change: Readonly<Record<string, unknown>>): Funnel {
  return { ...funnelOf('view_item', 'add_to_cart', 'purchase'), ...change } as Funnel;
}

describe('the rows of declared funnels', () => {
  test('are one per unit kind and step; a session has no window but itself', () => {
    expect(funnelStepRows([funnelOf('search', 'purchase')])).toEqual([
      ['f', 'customer', 'ordered', 604_800, 1, 'search', false],
      ['f', 'customer', 'ordered', 604_800, 2, 'purchase', false],
      ['f', 'session', 'ordered', null, 1, 'search', false],
      ['f', 'session', 'ordered', null, 2, 'purchase', false],
    ]);
  });

  test('have one more for each step after which an exclusion counts', () => {
    const rows = funnelStepRows([
      declared({ mode: 'any', exclusions: [{ eventType: 'refund', afterStep: 1, beforeStep: 3 }] }),
    ]);

    expect(
      rows.filter(([, unitKind, , , , , isExclusion]) => unitKind === 'customer' && isExclusion),
    ).toEqual([
      ['f', 'customer', 'any', 604_800, 1, 'refund', true],
      ['f', 'customer', 'any', 604_800, 2, 'refund', true],
    ]);
  });

  test('may have one event type in several steps', () => {
    expect(funnelStepRows([funnelOf('view_item', 'view_item')]).length).toBe(4);
  });

  test('are of two funnels that ship, both ordered, of seven days each', () => {
    const shipped = FUNNELS.map(({ name, mode, customerWindowDays, steps }) => [
      name,
      mode,
      customerWindowDays,
      ...steps,
    ]);

    expect(shipped).toEqual([
      ['shop', 'ordered', 7, 'view_item', 'add_to_cart', 'begin_checkout', 'purchase'],
      ['search_to_purchase', 'ordered', 7, 'search', 'view_item', 'add_to_cart', 'purchase'],
    ]);
  });
});

describe('a funnel is refused', () => {
  const exclusion = (change: Readonly<Record<string, unknown>>) => ({
    exclusions: [{ eventType: 'refund', afterStep: 1, beforeStep: 2, ...change }],
  });
  const BAD: readonly [string, Readonly<Record<string, unknown>>, string][] = [
    ['of an unknown mode', { mode: 'sequence' }, 'its mode is "sequence"; allowed: ordered, strict, any'],
    ['without a step 1', { steps: [] }, 'step 1 is missing; allowed: 2 to 5 steps'],
    ['of one step', { steps: ['purchase'] }, 'it has 1 steps (purchase); allowed: 2 to 5'],
    ['of six steps', { steps: Array(6).fill('search') }, 'it has 6 steps'],
    ['with an event that nobody sends', { steps: ['search', 'buy'] }, 'step 2 is "buy"; allowed: page_view,'],
    ['with an advertisement', { steps: ['ad_click', 'purchase'] }, 'step 1 is "ad_click"; allowed:'],
    ['with no window', { customerWindowDays: 0 }, 'its window is 0 days; allowed: whole seconds'],
    ['with a window of more than 90 days', { customerWindowDays: 90.5 }, 'its window is 90.5 days'],
    ['with a window that ends within a second', { customerWindowDays: 1 / 7 }, 'allowed: whole seconds'],
    ['with a window that is no number', { customerWindowDays: Number.NaN }, 'its window is NaN days'],
    ['with a name of other letters', { name: 'My Shop' }, 'its name is "My Shop"; allowed: a to z'],
    [
      'that excludes a step of its own',
      exclusion({ eventType: 'purchase' }),
      'it excludes "purchase"; allowed:',
    ],
    ['that excludes what nobody sends', exclusion({ eventType: 'leave' }), 'it excludes "leave"; allowed:'],
    ['that excludes before step 1', exclusion({ afterStep: 0 }), 'between steps 0 and 2; allowed:'],
    [
      'that excludes after the last step',
      exclusion({ beforeStep: 4 }),
      'an earlier and a later one of 1 to 3',
    ],
    ['that excludes backwards', exclusion({ afterStep: 2 }), 'between steps 2 and 2'],
    ['that excludes from half a step on', exclusion({ afterStep: 0.5 }), 'between steps 0.5 and 2'],
  ];
  test.each(BAD)('%s', (_, change, message) => {
    expect(() => funnelStepRows([declared(change)])).toThrow(message);
    expect(() => funnelStepRows([declared(change)])).toThrow(RangeError);
  });

  test('with all that is wrong at once', () => {
    const bad = declared({ mode: 'loose', customerWindowDays: 91, steps: ['search', 'buy'] });

    expect(() => funnelStepRows([bad])).toThrow(/"loose"[\s\S]*91 days[\s\S]*"buy"/);
  });

  test('when another has its name', () => {
    expect(() => funnelStepRows([declared({}), declared({ mode: 'any' })])).toThrow(
      'funnel f: declared twice',
    );
  });

  test('but not at the limits', () => {
    const limits = [
      declared({
        name: 'a',
        customerWindowDays: 90,
        steps: ['search', 'search', 'search', 'search', 'search'],
      }),
      declared({ name: 'b', customerWindowDays: 0.1, mode: 'strict', ...exclusion({ beforeStep: 3 }) }),
    ];

    expect(funnelStepRows(limits).map(([, , , windowS]) => windowS)).toContain(8_640);
  });
});
