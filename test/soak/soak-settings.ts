import { parseArgs } from 'node:util';

/** What a soak is told. */
export interface SoakSettings {
  /** How many records, or histories, it takes. */
  readonly events: number;
  /** Equal seeds give equal runs. */
  readonly seed: number;
  /** The first history, from 0: a long proof may be played in parts. */
  readonly from: number;
  /** Whether its figures are kept. */
  readonly isRecorded: boolean;
}

export interface SoakCommand {
  readonly name: string;
  readonly settings: SoakSettings;
}

const DEFAULT_EVENTS = '1000000';
const DEFAULT_SEED = '20260131';
/** The one that takes hours. */
const IN_PARTS = 'tables';

export const SOAK_HELP = `npm run soak -- [hostile | laws | tables] [--events N] [--seed S]

  hostile   N hostile records through the consumer (default)
  laws      N histories of crashes
  tables    N histories of a lake, each through real runs, against the oracle and a full build

  --events N   how many (default ${DEFAULT_EVENTS})
  --seed S     equal seeds give equal runs (default ${DEFAULT_SEED})
  --from K     tables: histories K to K+N-1 of the seed, to go on where an earlier soak ended
  --record     tables: append the figures to test/soak/results/tables.jsonl`;

/** `[name] [--events N] [--seed S] [--from K] [--record]`. Throws for any other argument and for what is no whole number. */
export function soakCommand(args: readonly string[], fallbackName: string): SoakCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      events: { type: 'string', default: DEFAULT_EVENTS },
      seed: { type: 'string', default: DEFAULT_SEED },
      from: { type: 'string' },
      record: { type: 'boolean' },
    },
  });
  const [name = fallbackName, ...rest] = positionals;
  if (rest.length > 0) throw new Error(`one soak at a time: got ${name} and ${rest.join(', ')}`);
  if (name !== IN_PARTS && (values.from !== undefined || values.record !== undefined))
    throw new Error(`--from and --record are for ${IN_PARTS}, not for ${name}`);
  const settings = {
    events: wholeNumber('--events', values.events),
    seed: wholeNumber('--seed', values.seed),
    from: wholeNumber('--from', values.from ?? '0'),
    isRecorded: values.record ?? false,
  };
  return { name, settings };
}

function wholeNumber(option: string, text: string): number {
  const digits = text.replaceAll(/[,_]/g, '');
  if (!/^\d{1,15}$/.test(digits)) throw new Error(`${option} takes a whole number, got ${text}`);
  return Number(digits);
}
