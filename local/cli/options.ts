import { InvalidArgumentError, Option } from 'commander';
import { CURRENCY_CODES } from '../../lambdas/domain/events/codes.ts';
import { ROW_FORMATS } from './format/rows.ts';

/** Parsers of option values; each throws InvalidArgumentError with what is allowed. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Allowed: a whole number from ${least} to ${most}.`);
  };
}

/** A share of events, 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Allowed: a number from 0 to 1.');
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Allowed: a number above 0.');
}

/** `25KB`, `1MiB` or a number of bytes; KB and KiB are both 1,024, as Kinesis counts. */
export function byteSize(least: number, most: number): (text: string) => number {
  return (text) => {
    const [, digits, unit = ''] = /^(\d+) ?(k|m)?i?b?$/i.exec(text) ?? [];
    const value = Number(digits) * ({ k: 1_024, m: 1_048_576 }[unit.toLowerCase()] ?? 1);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Allowed: a size from ${least} to ${most} bytes, such as 25KB.`);
  };
}

export function utcDay(text: string): string {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('Allowed: a date, YYYY-MM-DD.');
}

/** `fct_orders,daily_sales`: names with commas between, each once. */
export function names(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => /^[A-Za-z0-9_]{1,63}$/.test(part))) return [...new Set(parts)];
  throw new InvalidArgumentError('Allowed: names with commas between, such as fct_orders,daily_sales.');
}

/** How long to wait for another command on the same lake. */
export function waitOption(): Option {
  return new Option('--wait <seconds>', 'how long to wait for another command that works on this lake')
    .argParser(wholeNumber(0, 86_400))
    .default(60);
}

export function formatOption(): Option {
  return new Option(
    '-f, --format <format>',
    'how rows are written (default: table; with --json: json)',
  ).choices(ROW_FORMATS);
}

/** An active ISO 4217 code, or one that histories carry: the codes of the events' contract. */
export function currencyCode(text: string): string {
  if (CURRENCY_CODES.includes(text)) return text;
  throw new InvalidArgumentError('Allowed: an ISO 4217 code in capital letters, such as EUR.');
}

/** The reporting currency of a lake that has none yet. */
export function currencyOption(): Option {
  return new Option(
    '--currency <code>',
    "the reporting currency, while the lake has none (default: the first purchase's)",
  ).argParser(currencyCode);
}

/** Tries before a record that cannot be landed is put beside. */
export function discardAfterOption(): Option {
  return new Option(
    '--discard-after <tries>',
    'put a record that failed so often under failures/ and go on (default: stop there)',
  ).argParser(wholeNumber(1, 10_001));
}
