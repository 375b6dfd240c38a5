import { availableParallelism } from 'node:os';
import type { DrainCounts } from '../../event-source-mapping/drain-counts.ts';
import type { Lake } from '../../lake.ts';
import { FAILURES_PREFIX } from '../../lake-failures.ts';
import type { LakeStores } from '../../lake-stores.ts';
import { EVENTS_CONSUMER } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import type { CommandContext } from '../context.ts';
import { counted, formatCount } from '../progress.ts';
import { type LandedCounts, land } from './landing.ts';
import { landingGroups } from './landing-groups.ts';
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

/**
 * Lands all that waits in the stream; on Ctrl-C it ends after the batches in hand. Old consumed records go.
 * `discardAfter`: as in LandingOptions; null: nothing is given up.
 */
export async function consumeStream(
  context: CommandContext,
  place: LandingPlace,
  discardAfter: number | null,
): Promise<DrainReport> {
  const { stream } = place;
  const total = stream.waitingRecords(stream.positions(EVENTS_CONSUMER));
  const startMs = context.clock.nowMs();
  const step = context.reporter.step('Landing', { unit: 'records', total });
  const { bypassed, ...counts } = await landAll(context, place, {
    total,
    discardAfter: discardAfter ?? undefined,
    onProgress: (records) => step.update(records),
  });
  if (total > 0) step.end();
  warnOfLosses(context, counts);
  if (bypassed > 0) {
    context.reporter.warn(
      `${formatCount(bypassed)} records were accepted without a claim; staging folds their copies.`,
    );
  }
  if (!counts.isAborted) stream.applyRetention();
  return { ...counts, seconds: (context.clock.nowMs() - startMs) / 1000 };
}

/** What did not land says so, whatever else the command prints. */
function warnOfLosses({ reporter }: CommandContext, { discarded, expired }: DrainCounts): void {
  if (discarded > 0) {
    reporter.warn(
      `${counted(discarded, 'record')} failed again and again and were put beside, under ${FAILURES_PREFIX}: remove the cause, then \`millpond redrive\` lands them.`,
    );
  }
  if (expired > 0) {
    reporter.warn(
      `${counted(expired, 'record')} had left the stream before they were read: they are lost, unless their producer sends them again.`,
    );
  }
}

/** With little to do, or with one core, in this thread; else shards are dealt out to a thread for each core. */
async function landAll(
  context: CommandContext,
  { lake, stores, stream }: LandingPlace,
  work: {
    readonly total: number;
    readonly discardAfter: number | undefined;
    readonly onProgress: (records: number) => void;
  },
): Promise<LandedCounts> {
  const { signal } = context.interrupt;
  const { total, discardAfter, onProgress } = work;
  const groups = landingGroups(stream, availableParallelism());
  if (total <= MIN_RECORDS_FOR_THREADS || groups.length <= 1) {
    const limits = discardAfter === undefined ? {} : { discardAfter };
    return land(stores, { stream, ...limits, signal, onProgress: ({ records }) => onProgress(records) });
  }
  return landInThreads({ lakeFolder: lake.folder, groups, discardAfter, onProgress, signal });
}
