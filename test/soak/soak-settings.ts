import { parseArgs } from 'node:util';

/** What a soak is told. */
export interface SoakSettings {
  /** How many records, or histories, it takes. */
  readonly events: number;
  /** Equal seeds give equal runs. */
  readonly seed: number;
}

export interface SoakCommand {
  readonly name: string;
  readonly settings: SoakSettings;
}

const DEFAULT_EVENTS = '1000000';
const DEFAULT_SEED = '20260131';

/** `[name] [--events N] [--seed S]`. Throws for any other argument and for what is no whole number. */
export function soakCommand(args: readonly string[], fallbackName: string): SoakCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      events: { type: 'string', default: DEFAULT_EVENTS },
      seed: { type: 'string', default: DEFAULT_SEED },
    },
  });
  const [name = fallbackName, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`one soak at a time: got ${name} and ${rest.join(', ')}`);
  return {
    name,
    settings: { events: wholeNumber('--events', values.events), seed: wholeNumber('--seed', values.seed) },
  };
}

function wholeNumber(option: string, text: string): number {
  const digits = text.replaceAll(/[,_]/g, '');
  if (!/^\d{1,15}$/.test(digits)) throw new Error(`${option} takes a whole number, got ${text}`);
  return Number(digits);
}
