import type { Choices } from './choices.ts';

/** What may happen to one effect on the outside world. */
export const MISHAPS = [
  'none',
  /** The process dies before the effect takes place. */
  'dies before',
  /** It took place, and the process dies before it hears of it. */
  'dies after',
  /** The store refuses: throttled, or down. */
  'refused',
  /** It took place, and the answer is lost. */
  'answer lost',
  /** The client sent it twice, since it missed the first answer; what it hears is the second one. */
  'sent twice',
  /** It takes so long that clocks move on. */
  'slow',
] as const;
export type Mishap = (typeof MISHAPS)[number];

/** How rough a history is: of how many effects one meets a mishap; 0: none ever does. */
export const WEATHERS = [12, 6, 25, 0] as const;
export const ROUGH_WEATHER = 6;

/** The mishap of the next effect; mostly none. */
export function nextMishap(choices: Choices, weather: number): Mishap {
  if (weather === 0 || !choices.onceIn(weather)) return 'none';
  return MISHAPS[1 + choices.below(MISHAPS.length - 1)] as Mishap;
}

/** What a client throws when a store refuses or its answer is lost. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}
