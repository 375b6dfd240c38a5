import { type ProduceCounts, produceEvents } from '../../../lambdas/produce-events/produce-events.ts';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { packedRecords } from '../packed-records.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import { ARRIVE_NOW } from '../sinks/kinesis-destination.ts';
import { openDestination } from '../sinks/open-destination.ts';
import type { StreamTarget } from './target.ts';

/** Puts simulated records on a stream, as they come. */
export async function putOnStream(
  context: CommandContext,
  target: StreamTarget,
  groups: AsyncIterable<readonly SimulatedRecord[]>,
): Promise<ProduceCounts> {
  const { choice, aggregateBytes, isDryRun } = target;
  if (choice.sink === 'kinesis') context.reporter.info(ARRIVE_NOW);
  const destination = openDestination(context, choice, { isDryRun });
  const stream = await destination.open();
  const step = context.reporter.step('Simulating', { unit: 'records' });
  try {
    const counts = await produceEvents({
      stream,
      groups,
      signal: context.interrupt.signal,
      ...(aggregateBytes === null ? {} : { aggregate: { maxBytes: aggregateBytes } }),
      onProgress: ({ accepted, resentRecords }) => {
        const again = resentRecords === 0 ? undefined : `, ${formatCount(resentRecords)} sent again`;
        step.update(accepted, undefined, again && `${formatCount(accepted)} records${again}`);
      },
    });
    step.end();
    return counts;
  } finally {
    stream.close();
    destination.clean();
  }
}

/** Throws CommandError when the stream refused some of them for good. */
export async function reportPut(
  context: CommandContext,
  put: { readonly target: StreamTarget; readonly counts: ProduceCounts; readonly truthFile: string | null },
): Promise<ExitCode> {
  const { counts, target, truthFile } = put;
  const { choice, isDryRun } = target;
  const streamName = choice.sink === 'kinesis' ? choice.place.streamName : null;
  const answer = {
    records: counts.accepted,
    sink: choice.sink,
    out: null,
    truth: truthFile,
    stream: streamName,
    stream_records: counts.acceptedRecords,
    refused_by_stream: counts.rejected,
    resent_records: counts.resentRecords,
    calls: counts.calls,
    is_dry_run: isDryRun,
  };
  await printAnswer(context, answer, () => putText(counts, target, streamName));
  if (counts.rejected === 0) return EXIT_CODES.success;
  throw new CommandError(
    'records_refused',
    `The stream refused ${counted(counts.rejected, 'record')} for good; all others are on it.`,
  );
}

function putText(counts: ProduceCounts, { isDryRun }: StreamTarget, streamName: string | null): string {
  const packed = packedRecords(counts);
  const again = counts.resentRecords === 0 ? '' : ` (${formatCount(counts.resentRecords)} sent again)`;
  if (isDryRun) return `Would send ${packed} in ${counted(counts.calls, 'call')}. Nothing was sent.`;
  if (streamName !== null) return `Simulated ${packed} on ${streamName}${again}.`;
  return `Simulated ${packed}. Next: \`run\`.`;
}
