import type { Command } from 'commander';
import { DEFAULT_CONFIG } from '../../../simulator/config.ts';
import { utcDay, wholeNumber } from '../options.ts';

/** What the options of a synthetic shop give. */
export interface ShopOptions {
  readonly seed: number;
  readonly visitors: number;
  readonly days: number;
  readonly start: string;
}

/** Which shop it is, how large and when; the same for every command that plays one. */
export function addShopOptions(command: Command, most: { readonly visitors: number }): Command {
  const { seed, visitors, days, start } = DEFAULT_CONFIG;
  return command
    .option('--seed <n>', 'any whole number', wholeNumber(-1e15, 1e15), seed)
    .option('--visitors <n>', 'people who come to the shop', wholeNumber(1, most.visitors), visitors)
    .option('--days <n>', 'days that are simulated', wholeNumber(1, 3_650), days)
    .option('--start <date>', 'the first day, UTC', utcDay, start);
}
