import type { Dice } from './dice.ts';

const CHANNELS = [
  ...['direct', 'direct', 'direct', 'direct', 'organic_search', 'organic_search'],
  ...['social', 'paid_search', 'email', 'referral'],
] as const;
const COUNTRIES = ['US', 'US', 'US', 'GB', 'DE', 'FR', 'ES', 'BR'] as const;
const DEVICES = ['mobile', 'mobile', 'mobile', 'desktop', 'desktop', 'tablet'] as const;

/** Chances (ours), which give the mix of the simulator's shop. */
const MEMBERS = 0.3;
const SECOND_DEVICES = 0.25;
const SHARED_DEVICES = 0.01;
/** Days between the first visit and the first sign-in, in the mean. */
const DAYS_UNTIL_SIGN_IN = 8;

/** Who comes to the shop. Everything of a visitor follows from the seed and the number. */
export interface Visitor {
  readonly number: number;
  /** Null: never has an account. */
  readonly userId: string | null;
  /** From this day on the visitor signs in. */
  readonly signInDay: number;
  /** One or two; the second one is, for a few, another visitor's. */
  readonly devices: readonly [string, ...string[]];
  readonly deviceKind: string;
  readonly country: string;
  readonly channel: string;
}

/** @param firstDay day of the first visit, which may lie before the history */
export function visitorOf(dice: Dice, number: number, firstDay: number): Visitor {
  const isMember = dice.happens(MEMBERS);
  const name = deviceOf(number);
  const devices: [string, ...string[]] = [name];
  if (isMember && dice.happens(SECOND_DEVICES)) devices.push(`${name}-b`);
  if (dice.happens(SHARED_DEVICES)) devices.push(deviceOf(number - 1));
  return {
    number,
    userId: isMember ? `user-${number}` : null,
    signInDay: firstDay + Math.floor(dice.wait(DAYS_UNTIL_SIGN_IN)),
    devices,
    deviceKind: pickOf(dice, DEVICES),
    country: pickOf(dice, COUNTRIES),
    channel: pickOf(dice, CHANNELS),
  };
}

function pickOf(dice: Dice, choices: readonly [string, ...string[]]): string {
  return dice.pick(choices);
}

/** Ids of devices do not rise with time, as real ones do not. */
function deviceOf(number: number): string {
  return `d-${(Math.imul(number, 0x9e3779b1) >>> 0).toString(36)}-${number}`;
}
