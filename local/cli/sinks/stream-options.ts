import { type Command, InvalidArgumentError } from 'commander';
import { usageError } from '../errors.ts';
import { byteSize } from '../options.ts';
import type { StreamChoice } from './destination.ts';

/** Options of every command that puts events on a stream. */
export interface StreamOptions {
  readonly stream?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly aggregate?: number;
  readonly dryRun?: true;
}

export const STREAM_HELP = `
--sink kinesis puts the events on a Kinesis stream of yours. Credentials and region come from where the AWS SDK looks
for them (AWS_PROFILE, AWS_REGION and so on). What the stream throttles is sent again with backoff; events of a device
stay in order, and an event that had to be sent twice counts once. Kinesis stamps arrivals itself: an event that is
older than three days by then counts as too late.

--aggregate packs events into records of up to that size (NDJSON), which saves records and rounding on Kinesis. Devices
are dealt out to 64 buckets with a partition key each, so a device's events stay in one shard, in order. On the lake's
own stream, where records arrive at times of their own, events that share one arrive with the newest of them, which is
at most a minute later.`;

export function addStreamOptions(command: Command): Command {
  return command
    .option('--stream <name>', 'the Kinesis stream, for --sink kinesis', streamName)
    .option('--region <region>', 'its AWS region (default: as the AWS SDK finds it)')
    .option('--endpoint <url>', 'an emulator instead of AWS', endpointUrl)
    .option(
      '--aggregate <size>',
      'pack events into records of up to this size, such as 25KB',
      byteSize(1_024, 1_048_576),
    )
    .option('--dry-run', 'do everything but send, and say what it would have been');
}

/** Throws CommandError when the options do not go together. */
export function streamChoiceOf(sink: StreamChoice['sink'], options: StreamOptions): StreamChoice {
  const { stream, region, endpoint } = options;
  if (sink === 'local') {
    const alien = Object.entries({ stream, region, endpoint }).find(([, value]) => value !== undefined);
    if (alien !== undefined) throw usageError(`--${alien[0]} is for --sink kinesis.`);
    return { sink };
  }
  if (stream === undefined) throw usageError('--sink kinesis needs --stream NAME.');
  return {
    sink,
    place: {
      streamName: stream,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    },
  };
}

function streamName(text: string): string {
  if (/^[A-Za-z0-9_.-]{1,128}$/.test(text)) return text;
  throw new InvalidArgumentError('Allowed: the name of a stream, 1 to 128 of A-Z a-z 0-9 _ . -');
}

function endpointUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Allowed: a URL with http or https, such as http://127.0.0.1:4566.');
}
