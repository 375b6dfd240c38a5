import { Worker } from 'node:worker_threads';
import { addedWork } from '../../event-source-mapping/drain-counts.ts';
import { StorageError } from '../../storage-error.ts';
import type { LandedCounts } from './landing.ts';
import { LANDING_MESSAGE, type LandingMessage, type LandingTask } from './landing-messages.ts';

export interface ThreadedLandingOptions {
  readonly lakeFolder: string;
  /** The shards of each thread. No shard stands twice, so that its order holds; families stay together. */
  readonly groups: readonly (readonly string[])[];
  /** As in LandingOptions. */
  readonly discardAfter?: number | undefined;
  readonly onProgress: (records: number) => void;
  /** Ends each thread after its batch in hand. */
  readonly signal: AbortSignal;
}

/** Of a batch little outlives it; left to itself a thread grows to twice the memory and is no faster. */
const YOUNG_GENERATION_MB = 32;
const THREAD = new URL('./landing-thread.ts', import.meta.url);

/**
 * Lands the groups at once, each in a thread with files, claims and positions opened for itself: to the lake they are
 * processes of their own, so a crash leaves what it leaves with one. Which shard gets an id that stands in several
 * depends on who is first, as in the cloud. When one fails the others end after their batch in hand; then it throws what
 * the first threw.
 */
export async function landInThreads(options: ThreadedLandingOptions): Promise<LandedCounts> {
  const { lakeFolder, groups, discardAfter, onProgress, signal } = options;
  const landed = groups.map(() => 0);
  const threads = groups.map((shardIds, place) => {
    const showRecords = (records: number) => {
      landed[place] = records;
      onProgress(landed.reduce((sum, count) => sum + count, 0));
    };
    return startThread({ lakeFolder, shardIds: [...shardIds], discardAfter }, showRecords);
  });
  const stopAll = () => {
    for (const thread of threads) thread.stop();
  };
  signal.addEventListener('abort', stopAll);
  try {
    if (signal.aborted) stopAll();
    for (const { ended } of threads) ended.catch(stopAll);
    const ends = await Promise.allSettled(threads.map(({ ended }) => ended));
    return ends.map(countsOf).reduce(added);
  } finally {
    signal.removeEventListener('abort', stopAll);
  }
}

interface Thread {
  readonly ended: Promise<LandedCounts>;
  stop(): void;
}

function startThread(task: LandingTask, onRecords: (records: number) => void): Thread {
  const worker = new Worker(THREAD, {
    workerData: task,
    // Its own flags: Node would say again that SQLite is young, and hand on whatever the process was started with.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const ended = new Promise<LandedCounts>((resolve, reject) => {
    let last: LandingMessage | null = null;
    worker.on('message', (sent: unknown) => {
      last = LANDING_MESSAGE.parse(sent);
      if (last.kind === 'progress') onRecords(last.records);
    });
    worker.on('error', reject);
    // Only now its files are closed and its memory is free.
    worker.on('exit', (code) => {
      if (last?.kind === 'landed') resolve(last.counts);
      else reject(errorOf(last, code));
    });
  });
  return { ended, stop: () => worker.postMessage('stop') };
}

function errorOf(last: LandingMessage | null, code: number): Error {
  if (last?.kind !== 'failed') return new Error(`a landing thread ended by itself with code ${code}`);
  const { message, storage } = last;
  return storage === null ? new Error(message) : new StorageError(storage.fault, message, storage);
}

function countsOf(end: PromiseSettledResult<LandedCounts>): LandedCounts {
  if (end.status === 'rejected') throw end.reason;
  return end.value;
}

function added(left: LandedCounts, right: LandedCounts): LandedCounts {
  return {
    ...addedWork(left, right),
    waiting: left.waiting + right.waiting,
    isAborted: left.isAborted || right.isAborted,
    bypassed: left.bypassed + right.bypassed,
  };
}
