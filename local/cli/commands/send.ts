import type { Command } from 'commander';
import { Option } from 'commander';
import type { CommandContext, RunAction } from '../context.ts';
import { type ExitCode, usageError } from '../errors.ts';
import { ARRIVALS, type Arrival } from '../send/arrival.ts';
import { sendInputs } from '../send/send-inputs.ts';

const HELP = `
A file is NDJSON, one event a line, plain or gzip (told by its first bytes); - reads stdin. Every line goes to the stream
as it is, and the next \`run\` judges it: what is no event lands in quarantine with its reason, never in the way of its
neighbours. Blank lines are passed over. A line of more than 1 MiB (with its partition key, the anonymous_id) fits no
stream: stderr names it, no copy of it is kept, all others are sent, and the exit code is 1. An input that cannot be
read whole (missing, a directory, broken gzip, binary) or is other JSON sends nothing at all, of any input; of an array
jq -c '.[]' makes lines, of objects over several lines jq -c . does. Sending a file twice does no harm: an event_id
counts once.

--arrival says when the records arrive, which is what lateness is measured by:
  now         the clock: right for events as they happen
  event-time  each at its event_time, sorted on disk: right for history
  sent-time   each at its sent_time, else its event_time, sorted on disk
  auto        event-time when the newest event is older than the lake allows (3 days), else now; says which
Lines without a usable time (unreadable, before 1995, or more than an hour ahead of the clock) come last, with the
newest arrival.

Examples:
  millpond send events.ndjson
  millpond send --arrival event-time 2026-*.ndjson.gz
  tail -f events.log | millpond send --arrival now -`;

export function addSendCommand(program: Command, run: RunAction): void {
  program
    .command('send')
    .summary('put your own events on the stream')
    .description(
      "Put events on the lake's stream. The lake is made when there is none; `run` then takes them in.",
    )
    .argument('<files...>', 'NDJSON files, plain or gzip, or - for stdin')
    .addOption(new Option('--arrival <when>', 'when the records arrive').choices(ARRIVALS).default('auto'))
    .addHelpText('after', HELP)
    .action((files: string[], options: { arrival: Arrival }) =>
      run((context) => send(context, files, options.arrival)),
    );
}

async function send(context: CommandContext, files: readonly string[], arrival: Arrival): Promise<ExitCode> {
  if (files.filter((file) => file === '-').length > 1) throw usageError('stdin (-) can be read once only.');
  return sendInputs(context, files, arrival);
}
