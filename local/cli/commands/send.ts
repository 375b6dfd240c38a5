import path from 'node:path';
import { type Command, Option } from 'commander';
import type { RunAction } from '../context.ts';
import { usageError } from '../errors.ts';
import { ARRIVALS, type Arrival } from '../send/arrival.ts';
import { type SendRequest, sendInputs } from '../send/send-inputs.ts';
import { STREAM_SINKS, type StreamSink } from '../sinks/destination.ts';
import {
  addStreamOptions,
  STREAM_HELP,
  type StreamOptions,
  streamChoiceOf,
} from '../sinks/stream-options.ts';

const HELP = `
A file is NDJSON, one event a line, plain or gzip (told by its first bytes); - reads stdin. Every line goes to the stream
as it is, and the next \`run\` judges it: what is no event lands in quarantine with its reason, never in the way of its
neighbours. Blank lines are passed over. A line of more than 1 MiB (with its partition key, the anonymous_id) fits no
stream: stderr names it, --rejects FILE keeps it (one from a pipe is kept in any case), all others are sent, and the
exit code is 1. An input that cannot be read whole (missing, a directory, broken gzip, binary) or is other JSON sends
nothing at all, of any input; of an array jq -c '.[]' makes lines, of objects over several lines jq -c . does. Sending a
file twice does no harm: an event_id counts once.

--arrival says when the records arrive, which is what lateness is measured by:
  now         the clock: right for events as they happen
  event-time  each at its event_time, sorted on disk: right for history
  sent-time   each at its sent_time, else its event_time, sorted on disk
  auto        event-time when the newest event is older than the lake allows (3 days), else now; says which
Lines without a usable time (unreadable, before 1995, or more than an hour ahead of the clock) come last, with the
newest arrival.
${STREAM_HELP}

Examples:
  millpond send events.ndjson
  millpond send --arrival event-time 2026-*.ndjson.gz
  tail -f events.log | millpond send --arrival now -
  millpond send --sink kinesis --stream shop-events --aggregate 25KB events.ndjson`;

interface SendOptions extends StreamOptions {
  /** Absent: auto. */
  readonly arrival?: Arrival;
  readonly sink: StreamSink;
  readonly rejects?: string;
}

export function addSendCommand(program: Command, run: RunAction): void {
  const command = program
    .command('send')
    .summary('put your own events on the stream')
    .description(
      "Put events on the lake's stream, or on a Kinesis stream. The lake is made when there is none; `run` then takes them in.",
    )
    .argument('<files...>', 'NDJSON files, plain or gzip, or - for stdin')
    .addOption(new Option('--arrival <when>', 'when the records arrive (default: auto)').choices(ARRIVALS))
    .addOption(
      new Option('--sink <sink>', "the lake's stream, or one of Kinesis")
        .choices(STREAM_SINKS)
        .default('local'),
    );
  addStreamOptions(command)
    .option('--rejects <file>', 'where lines that were not sent are appended')
    .addHelpText('after', HELP)
    .action((files: string[], options: SendOptions) =>
      run((context) => sendInputs(context, requestOf(files, options))),
    );
}

function requestOf(names: readonly string[], options: SendOptions): SendRequest {
  const { arrival = 'auto', sink, rejects, aggregate, dryRun } = options;
  if (names.filter((name) => name === '-').length > 1) throw usageError('stdin (-) can be read once only.');
  if (sink === 'kinesis' && arrival !== 'auto' && arrival !== 'now') {
    throw usageError(
      `--arrival ${arrival} is for --sink local: Kinesis stamps each record with the time at which it takes it.`,
    );
  }
  if (
    rejects !== undefined &&
    names.some((name) => name !== '-' && path.resolve(name) === path.resolve(rejects))
  ) {
    throw usageError(`--rejects ${rejects} is an input too: give it another file.`);
  }
  return {
    names,
    arrival,
    choice: streamChoiceOf(sink, options),
    aggregateBytes: aggregate ?? null,
    rejectsFile: rejects ?? null,
    isDryRun: dryRun === true,
  };
}
