import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import type { Lake } from '../../lake.ts';
import { readSources } from '../../lake-sources.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import { openLakeStream, waitingRecords } from '../../lake-stream.ts';
import { removeAbandonedTempFolders, removeOwnTempFolder } from '../../temp-files.ts';
import type { CommandContext } from '../context.ts';
import { type EnginePlace, ON_DUCKDB } from '../engine/engine-options.ts';
import { requireTablesPlace } from '../engine/tables-place.ts';
import { describeSource, ingestSource, type SourceReport } from '../ingest-source.ts';
import { holdingLake } from '../lake-lease.ts';
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

/** What one run did. */
export interface RunOutcome {
  readonly drained: DrainReport | null;
  readonly sources: readonly SourceReport[];
  readonly run: RunRecord;
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
  const stores = await openLakeStores(lake, context.clock);
  const forget = context.interrupt.onAbruptEnd(() => removeOwnTempFolder(lake));
  try {
    return await holdingLake(context, stores.leases, options, async (held) => {
      if (options.task?.kind !== 'rebuild')
        await requireTablesPlace(stores.ledger, options.place ?? ON_DUCKDB);
      removeAbandonedTempFolders(lake);
      const stream = openLakeStream(lake, context.clock);
      try {
        const drained = options.isTakingIn
          ? await consumeStream(context, { lake, stores, stream }, options.discardAfter ?? null)
          : null;
        context.interrupt.check();
        held.check();
        const sources = options.isTakingIn ? await ingestSources(context, stores) : [];
        context.interrupt.check();
        const run = await buildTables(
          context,
          { lake, stores, held },
          { ...options, oldestWaitingArrivalMs: waitingRecords(stream).oldestArrivalMs },
        );
        if (run.status === 'running') context.interrupt.check();
        return { drained, sources, run };
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
