import { describe, expect, test } from 'vitest';
import { FUNNELS, type Funnel, funnelStepRows } from '../../../lambdas/domain/funnels.ts';

function funnelOf(...steps: readonly string[]): Funnel {
  return { name: 'f', mode: 'ordered', customerWindowDays: 7, steps };
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

  test('may have one event type in several steps', () => {
    expect(funnelStepRows([funnelOf('view_item', 'view_item')]).length).toBe(4);
  });

  test('are of two funnels that ship, of seven days each', () => {
    const shipped = FUNNELS.map(({ name, customerWindowDays, steps }) => [
      name,
      customerWindowDays,
      ...steps,
    ]);

    expect(shipped).toEqual([
      ['shop', 7, 'view_item', 'add_to_cart', 'begin_checkout', 'purchase'],
      ['search_to_purchase', 7, 'search', 'view_item', 'add_to_cart', 'purchase'],
    ]);
  });

  test('have names of their own', () => {
    expect(new Set(FUNNELS.map(({ name }) => name)).size).toBe(FUNNELS.length);
  });

  test.each([[['purchase']], [['a', 'b', 'c', 'd', 'e', 'f']]])('are refused for the steps %j', (steps) => {
    expect(() => funnelStepRows([funnelOf(...steps)])).toThrow(/allowed: 2 to 5/);
  });
});
