import { type Command, Option } from 'commander';
import { configWith, DEFAULT_CONFIG, type FaultRates, NO_FAULTS } from '../../../simulator/config.ts';
import { FAULT_KINDS, type FaultKind } from '../../../simulator/shop-event.ts';
import type { RunAction } from '../context.ts';
import { usageError } from '../errors.ts';
import { currencyCode, positiveNumber, share, wholeNumber } from '../options.ts';
import { addShopOptions, type ShopOptions } from '../simulate/shop-options.ts';
import { type SimulateRequest, simulateTo } from '../simulate/simulate-to.ts';
import { SINKS, type Sink, type Target } from '../simulate/target.ts';
import {
  addStreamOptions,
  STREAM_HELP,
  type StreamOptions,
  streamChoiceOf,
} from '../sinks/stream-options.ts';

interface SimulateOptions extends ShopOptions, StreamOptions, Partial<Record<FaultKind, number>> {
  readonly sink?: Sink;
  readonly out?: string;
  readonly events?: number;
  readonly currency: string;
  readonly rate?: number;
  readonly speed?: number;
  readonly truth?: string;
  readonly clean?: true;
}

const HELP = `
A synthetic shop: visitors, sessions, orders, refunds, campaigns, and the faults of a real tracker. The same seed and
options give the same bytes. On the lake's own stream the records arrive at their simulated times; a file holds the
records alone, one a line, so \`send\` decides when they arrive.

--truth writes what every table must hold once these records, and nothing else, are in the lake: computed from the
simulator's own objects, not by Millpond's SQL.
${STREAM_HELP}

Examples:
  millpond simulate --days 7 --visitors 500 --seed 42
  millpond simulate --sink file --out shop.ndjson.gz --truth truth.json
  millpond simulate --sink stdout --clean --rate 50 | millpond send --arrival now -
  millpond simulate --sink kinesis --stream shop-events --start 2026-11-24 --days 1 --speed 600`;

export function addSimulateCommand(program: Command, run: RunAction): void {
  const command = program
    .command('simulate')
    .summary('make the events of a synthetic shop')
    .description(
      'Make the events of a synthetic shop, with faults, and put them on the stream or into a file.',
    )
    .addOption(
      new Option(
        '--sink <sink>',
        "the lake's stream, one of Kinesis, a file, or stdout (default: local; with --out: file)",
      ).choices(SINKS),
    )
    .option('-o, --out <file>', 'the file; compressed when its name ends in .gz');
  addStreamOptions(command);
  addShopOptions(command, { visitors: 10_000_000 })
    .option('--events <n>', 'aim at so many records instead of --visitors', wholeNumber(1, 1_000_000_000))
    .option('--currency <code>', "the shop's currency", currencyCode, DEFAULT_CONFIG.currency)
    .option('--rate <n>', 'at most so many records a second', positiveNumber)
    .option('--speed <n>', 'simulated seconds a second, such as 3600', positiveNumber)
    .option('--truth <file>', 'write what the tables must hold')
    .option('--clean', 'no faults but those given below');
  for (const kind of FAULT_KINDS) {
    const rate = DEFAULT_CONFIG.faults[kind];
    command.option(`--${kebab(kind)} <share>`, `share of events with this fault (default: ${rate})`, share);
  }
  command
    .addHelpText('after', HELP)
    .action((options: SimulateOptions) => run((context) => simulateTo(context, requestOf(options))));
}

function requestOf(options: SimulateOptions): SimulateRequest {
  const { seed, visitors, days, start, currency, events } = options;
  const config = configWith({
    seed,
    visitors,
    days,
    start,
    currency,
    ...(events === undefined ? {} : { events }),
    faults: { ...(options.clean === true ? NO_FAULTS : {}), ...givenFaults(options) },
  });
  return {
    target: targetOf(options),
    config,
    pace: { ratePerS: options.rate ?? null, speed: options.speed ?? null },
    truthFile: options.truth ?? null,
  };
}

function targetOf(options: SimulateOptions): Target {
  const { out, aggregate, dryRun, truth } = options;
  const sink = options.sink ?? (out === undefined ? 'local' : 'file');
  if (sink === 'file' && out === undefined) throw usageError('--sink file needs --out FILE.');
  if (sink !== 'file' && out !== undefined) throw usageError(`--out is for --sink file, not ${sink}.`);
  if (sink === 'file' || sink === 'stdout') {
    if (aggregate !== undefined)
      throw usageError(`--aggregate is for a stream; ${sink} holds an event a line.`);
    if (dryRun === true) throw usageError(`--dry-run is for a stream, not for --sink ${sink}.`);
    streamChoiceOf('local', options);
    return { kind: 'lines', out: out ?? null };
  }
  if (sink === 'kinesis' && truth !== undefined) {
    throw usageError('--truth is for records that arrive at their simulated times; Kinesis stamps its own.');
  }
  if (aggregate !== undefined && truth !== undefined) {
    throw usageError(
      '--truth is for records that arrive at their simulated times; with --aggregate some arrive up to a minute later.',
    );
  }
  return {
    kind: 'stream',
    choice: streamChoiceOf(sink, options),
    aggregateBytes: aggregate ?? null,
    isDryRun: dryRun === true,
  };
}

function givenFaults(options: SimulateOptions): Partial<FaultRates> {
  const given = FAULT_KINDS.map((kind) => [kind, options[kind]] as const);
  return Object.fromEntries(given.filter(([, rate]) => rate !== undefined));
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
