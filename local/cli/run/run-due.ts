import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import type { Lake } from '../../lake.ts';
import { readSources } from '../../lake-sources.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingRecords } from '../../lake-stream.ts';
import type { LocalStream } from '../../local-stream.ts';
import { removeAbandonedTempFolders, removeOwnTempFolder } from '../../temp-files.ts';
import type { CommandContext } from '../context.ts';
import { type EnginePlace, ON_DUCKDB } from '../engine/engine-options.ts';
import { requireTablesPlace } from '../engine/tables-place.ts';
import { describeSource, ingestSource, type SourceReport } from '../ingest-source.ts';
import { type HeldLease, type HoldOptions, holdingLake } from '../lake-lease.ts';
import { buildTables } from './build-tables.ts';
import { consumeStream, type DrainReport } from './consume-stream.ts';

export interface RunDueOptions {
  /** The command's name, for whoever has to wait. */
  readonly command: string;
  readonly waitS: number;
  /** Whether the stream is drained and the sources are asked; false: only what has landed is built. */
  readonly isTakingIn: boolean;
  readonly isForced: boolean;
  readonly reportingCurrency: string | null;
  /** A record that failed so often on its way into the raw zone is put beside; absent: it ends the run. */
  readonly discardAfter?: number;
  /** Absent: `run`. */
  readonly task?: RunTask;
  /** Where the tables stand. Absent: in the lake's own file. */
  readonly place?: EnginePlace;
  /** Looks at the tables before anything is built, under the lease. */
  readonly onTables?: (engine: SqlEngine) => Promise<void>;
}

/** What a run took in. */
export interface TakenIn {
  readonly drained: DrainReport | null;
  readonly sources: readonly SourceReport[];
}

/** What one run did. */
export interface RunOutcome extends TakenIn {
  readonly run: RunRecord;
}

/** A lake on which this process alone may work. */
interface LakeInHand {
  readonly lake: Lake;
  readonly stores: LakeStores;
  readonly stream: LocalStream;
  readonly held: HeldLease;
}

/**
 * Everything that is due: land what waits in the stream, ask the sources, stage, build, check. Throws InterruptedError
 * after Ctrl-C, at the first place where nothing is half done; the next run goes on from there.
 */
export async function runDue(
  context: CommandContext,
  lake: Lake,
  options: RunDueOptions,
): Promise<RunOutcome> {
  return withLake(context, lake, options, async (at) => {
    if (options.task?.kind !== 'rebuild') {
      await requireTablesPlace(at.stores.ledger, options.place ?? ON_DUCKDB);
    }
    const taken = options.isTakingIn
      ? await takeIn(context, at, options.discardAfter ?? null)
      : { drained: null, sources: [] };
    const oldestWaitingArrivalMs = waitingRecords(at.stream).oldestArrivalMs;
    const run = await buildTables(context, at, { ...options, oldestWaitingArrivalMs });
    if (run.status === 'running') context.interrupt.check();
    return { ...taken, run };
  });
}

/** Only the first half: land what waits in the stream, ask the sources. */
export async function takeInDue(
  context: CommandContext,
  lake: Lake,
  options: Pick<RunDueOptions, 'command' | 'waitS' | 'discardAfter'>,
): Promise<TakenIn> {
  return withLake(context, lake, options, (at) => takeIn(context, at, options.discardAfter ?? null));
}

async function takeIn(
  context: CommandContext,
  at: LakeInHand,
  discardAfter: number | null,
): Promise<TakenIn> {
  const drained = await consumeStream(context, at, discardAfter);
  context.interrupt.check();
  at.held.check();
  const sources = await ingestSources(context, at.stores);
  context.interrupt.check();
  return { drained, sources };
}

async function withLake<T>(
  context: CommandContext,
  lake: Lake,
  options: HoldOptions,
  work: (at: LakeInHand) => Promise<T>,
): Promise<T> {
  const stores = await openLakeStores(lake, context.clock);
  const forget = context.interrupt.onAbruptEnd(() => removeOwnTempFolder(lake));
  try {
    return await holdingLake(context, stores.leases, options, async (held) => {
      removeAbandonedTempFolders(lake);
      const stream = openLakeStream(lake, context.clock);
      try {
        return await work({ lake, stores, stream, held });
      } finally {
        stream.close();
      }
    });
  } finally {
    forget();
    removeOwnTempFolder(lake);
    stores.close();
  }
}

/** A source that fails is a warning: its last good snapshot stays, and the run goes on. */
async function ingestSources(context: CommandContext, stores: LakeStores): Promise<readonly SourceReport[]> {
  const reports: SourceReport[] = [];
  for (const source of await readSources(stores.ledger)) {
    const report = await ingestSource(context, stores, source);
    if (report.hasFailed) {
      context.reporter.warn(`${describeSource(report)}; the last good snapshot stays in use`);
    }
    reports.push(report);
  }
  return reports;
}
