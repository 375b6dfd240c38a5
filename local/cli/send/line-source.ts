import path from 'node:path';
import type { OutgoingRecord } from '../../../lambdas/ports/stream.ts';
import type { ProduceCounts } from '../../../lambdas/produce-events/produce-events.ts';
import type { CommandContext } from '../context.ts';
import { formatCount } from '../progress.ts';
import type { Destination } from '../sinks/destination.ts';
import type { FixedArrival } from './arrival.ts';
import { ExternalSort } from './external-sort.ts';
import type { Input } from './inputs.ts';
import { hasLines, type OnRead, recordsByTime, recordsInOrder, type SendTally } from './outgoing.ts';
import { readProgress } from './read-progress.ts';
import type { Rejects } from './rejects.ts';

export interface LineSourceOptions {
  readonly destination: Destination;
  readonly inputs: readonly Input[];
  readonly arrival: FixedArrival;
  readonly rejects: Rejects | null;
  readonly nowMs: number;
}

/** The lines to send, and what is shown meanwhile. */
export interface LineSource {
  readonly groups: AsyncIterable<readonly OutgoingRecord[]>;
  show(counts: ProduceCounts): void;
  end(): void;
  dispose(): void;
}

/** Opens the lines of all inputs; `tally` grows while they are read. Nothing is read before the first group is asked for. */
export function openLineSource(
  context: CommandContext,
  options: LineSourceOptions,
  tally: SendTally,
): LineSource {
  const { arrival } = options;
  return arrival === 'now'
    ? sourceInOrder(context, options, tally)
    : sourceByTime(context, { ...options, arrival }, tally);
}

/** As the lines come. */
function sourceInOrder(
  context: CommandContext,
  { inputs, rejects }: LineSourceOptions,
  tally: SendTally,
): LineSource {
  const step = context.reporter.step('Sending', { unit: 'lines' });
  const onRead = readProgress(step, inputs);
  return {
    groups: recordsInOrder({ inputs, tally, onRead, rejects }),
    show: ({ accepted, resentRecords }) => {
      if (resentRecords === 0) return;
      const note = `${formatCount(accepted)} of ${formatCount(tally.lines)} lines accepted, ${formatCount(resentRecords)} sent again`;
      step.update(tally.lines, undefined, note);
    },
    end: () => {
      if (hasLines(tally)) step.end();
    },
    dispose: () => {},
  };
}

/** By their times, once all were read. */
function sourceByTime(
  context: CommandContext,
  options: LineSourceOptions & { readonly arrival: Exclude<FixedArrival, 'now'> },
  tally: SendTally,
): LineSource {
  const { destination, inputs, arrival, rejects, nowMs } = options;
  const { interrupt, reporter, settings } = context;
  const sort = new ExternalSort({
    folder: path.join(destination.tempFolder(), 'sort'),
    memoryBytes: settings.sortMemoryMb * 1_048_576,
  });
  const reading = reporter.step('Sorting by time', { unit: 'lines' });
  const showRead = readProgress(reading, inputs);
  const onRead: OnRead = (input, readBytes, counts) => {
    interrupt.check();
    showRead(input, readBytes, counts);
  };
  let step = reading;
  return {
    groups: recordsByTime({ inputs, tally, onRead, rejects, field: arrival, sort, nowMs }),
    show: ({ accepted }) => {
      if (step === reading) {
        step.end();
        const total = tally.lines - tally.blank - tally.refused;
        step = reporter.step('Sending', { unit: 'records', total });
      }
      step.update(accepted);
    },
    end: () => {
      if (hasLines(tally)) step.end();
    },
    dispose: () => sort.dispose(),
  };
}
