import { CURRENCY_CODES } from './events/codes.ts';

const KNOWN: ReadonlySet<string> = new Set(CURRENCY_CODES);

/** A code of the contract's list as it is, or a RangeError: settings come from outside, and this one is for ever. */
export function isoCurrency(code: string): string {
  if (!KNOWN.has(code)) {
    throw new RangeError(`"${code}" is no currency; allowed: a code of ISO 4217 in capitals, such as EUR`);
  }
  return code;
}
