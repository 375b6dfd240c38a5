import type { Random } from './random.ts';

/** Draws one of several values, each with its own probability. */
export interface Weighted<T> {
  draw(random: Random): T;
}

/**
 * An alias table (Walker's method): one draw costs the same for 3 values as for 3,000. Each of n equal slots is shared by
 * at most two values; a draw picks a slot and then one of its two.
 *
 * @param entries at least one value with its weight; weights need not sum to 1
 */
export function weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): Weighted<T> {
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError(`Weights must sum to more than 0, but they sum to ${total}.`);
  const slots: { own: T; share: number; other: T }[] = [];
  const pending = entries.map(([value, weight]) => ({ value, share: (weight * entries.length) / total }));
  const small = pending.filter((entry) => entry.share < 1);
  const large = pending.filter((entry) => entry.share >= 1);
  for (let poor = small.pop(); poor !== undefined; poor = small.pop()) {
    const rich = large.pop();
    slots.push({ own: poor.value, share: rich === undefined ? 1 : poor.share, other: (rich ?? poor).value });
    if (rich === undefined) continue;
    rich.share -= 1 - poor.share;
    (rich.share < 1 ? small : large).push(rich);
  }
  for (const { value } of large) slots.push({ own: value, share: 1, other: value });
  return {
    draw: (random) => {
      const point = random.uniform() * slots.length;
      const slot = slots[Math.floor(point)];
      if (slot === undefined) throw new RangeError('A uniform number must be below 1.');
      return point % 1 < slot.share ? slot.own : slot.other;
    },
  };
}

/** Values by rank: the k-th has weight 1 / k^exponent (Zipf's law; about 1 for products of a shop). */
export function zipf<T>(ranked: readonly T[], exponent = 1): Weighted<T> {
  return weighted(ranked.map((value, index) => [value, (index + 1) ** -exponent] as const));
}
