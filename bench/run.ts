import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, BenchOptions } from './bench.ts';
import { consumeEvents } from './consume-events.ts';
import { renderFigures, renderResult } from './report.ts';
import { sendAndRun } from './send-and-run.ts';
import { simulateEvents } from './simulate-events.ts';

const BENCHES: readonly Bench[] = [simulateEvents, consumeEvents, sendAndRun];
const RESULTS = join(import.meta.dirname, 'results');
const USAGE = `usage: npm run bench -- [--only NAME]... [--events N] [--runs N] [--no-write]
names: ${BENCHES.map(({ name }) => name).join(', ')}\n`;

process.exitCode = await main();

/** Measures, prints and writes results/<name>.json; with --events the files of the full size stay as they are. */
async function main(): Promise<number> {
  const wish = readWish();
  if (wish === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  for (const bench of wish.benches) {
    process.stderr.write(`${bench.name}: ${bench.meaning}\n`);
    const figures = await bench.measure(wish.options);
    process.stdout.write(renderFigures(bench.name, figures));
    if (wish.isWritten) {
      mkdirSync(RESULTS, { recursive: true });
      const { events = null, runs = null } = wish.options;
      writeFileSync(join(RESULTS, `${bench.name}.json`), renderResult(bench.name, { events, runs }, figures));
    }
  }
  return 0;
}

interface Wish {
  readonly benches: readonly Bench[];
  readonly options: BenchOptions;
  readonly isWritten: boolean;
}

function readWish(): Wish | null {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        events: { type: 'string' },
        runs: { type: 'string' },
        'no-write': { type: 'boolean', default: false },
      },
    });
    const names = values.only ?? BENCHES.map(({ name }) => name);
    const unknown = names.find((name) => !BENCHES.some((bench) => bench.name === name));
    if (unknown !== undefined) throw new RangeError(`no bench is called ${unknown}`);
    return {
      benches: BENCHES.filter(({ name }) => names.includes(name)),
      options: {
        ...numberOption('events', values.events),
        ...numberOption('runs', values.runs),
        progress: (text) => void process.stderr.write(`  ${text}\n`),
      },
      isWritten: values.events === undefined && !values['no-write'],
    };
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

function numberOption<Name extends 'events' | 'runs'>(
  name: Name,
  text: string | undefined,
): { readonly [key in Name]?: number } {
  if (text === undefined) return {};
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name} is ${text}, allowed is 1 or more`);
  const option: { [key in Name]?: number } = {};
  option[name] = value;
  return option;
}
