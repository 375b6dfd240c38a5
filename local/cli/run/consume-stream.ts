import { availableParallelism } from 'node:os';
import type { DrainCounts } from '../../event-source-mapping.ts';
import type { Lake } from '../../lake.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import type { CommandContext } from '../context.ts';
import { formatCount } from '../progress.ts';
import { type LandedCounts, land } from './landing.ts';
import { landInThreads } from './landing-threads.ts';

/** From so many waiting records on, threads save more than the half second in which they start and warm up. */
const MIN_RECORDS_FOR_THREADS = 50_000;

/** What the drain of the stream brought. */
export interface DrainReport extends DrainCounts {
  readonly seconds: number;
}

/** A lake with what is open of it. */
export interface LandingPlace {
  readonly lake: Lake;
  readonly stores: LakeStores;
  readonly stream: LocalStream;
}

/** Lands all that waits in the stream; on Ctrl-C it ends after the batches in hand. Old consumed records go. */
export async function consumeStream(context: CommandContext, place: LandingPlace): Promise<DrainReport> {
  const { stream } = place;
  const total = stream.waitingRecords(stream.positions(EVENTS_CONSUMER));
  const startMs = context.clock.nowMs();
  const step = context.reporter.step('Landing', { unit: 'records', total });
  const { bypassed, ...counts } = await landAll(context, place, {
    total,
    onProgress: (records) => step.update(records),
  });
  if (total > 0) step.end();
  if (bypassed > 0) {
    context.reporter.warn(
      `${formatCount(bypassed)} records were accepted without a claim; staging folds their copies.`,
    );
  }
  if (!counts.isAborted) stream.applyRetention();
  return { ...counts, seconds: (context.clock.nowMs() - startMs) / 1000 };
}

/** With little to do, or with one core, in this thread; else shards are dealt out to a thread for each core. */
async function landAll(
  context: CommandContext,
  { lake, stores, stream }: LandingPlace,
  work: { readonly total: number; readonly onProgress: (records: number) => void },
): Promise<LandedCounts> {
  const { signal } = context.interrupt;
  const { total, onProgress } = work;
  const groups = dealt(
    stream.shards().map(({ shardId }) => shardId),
    availableParallelism(),
  );
  if (total <= MIN_RECORDS_FOR_THREADS || groups.length === 1)
    return land(stores, { stream, signal, onProgress: ({ records }) => onProgress(records) });
  return landInThreads({ lakeFolder: lake.folder, groups, onProgress, signal });
}

/** In turns, into at most so many groups, none of them empty. */
function dealt(shardIds: readonly string[], groups: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.min(groups, shardIds.length) }, (_, group) =>
    shardIds.filter((_shardId, place) => place % groups === group),
  );
}
