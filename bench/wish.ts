import { parseArgs } from 'node:util';

/** What the one who types `npm run bench -- ...` wants. */
export interface Wish {
  readonly names: readonly string[];
  readonly events: number | null;
  readonly runs: number | null;
  /** False with --events too: the files hold figures of the full size. */
  readonly isWritten: boolean;
}

/** Reads the arguments. Throws Error that says which one is wrong and what is allowed. */
export function parseWish(args: readonly string[], known: readonly string[]): Wish {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [...known] },
      events: { type: 'string' },
      runs: { type: 'string' },
      'no-write': { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RangeError(`no bench is called ${unknown}; allowed: ${known.join(', ')}`);
  return {
    names: values.only,
    events: countOf('--events', values.events),
    runs: countOf('--runs', values.runs),
    isWritten: values.events === undefined && !values['no-write'],
  };
}

function countOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new RangeError(`${option} is ${text}, allowed is a whole number from 1`);
  return Number(text);
}
