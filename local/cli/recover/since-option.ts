import { InvalidArgumentError, Option } from 'commander';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A date (its beginning, UTC) or a time with its zone, as epoch milliseconds. Throws InvalidArgumentError. */
export function instant(text: string): number {
  const timeMs = DATE.test(text) || TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new InvalidArgumentError(
    'Allowed: a date such as 2026-03-01, or a time with its zone such as 2026-03-01T10:00Z.',
  );
}

export function sinceOption(): Option {
  return new Option('--since <time>', 'only what arrived then or later').argParser(instant);
}

export function dryRunOption(): Option {
  return new Option('--dry-run', 'say what would be done, and change nothing');
}
