import type { Checkpoint } from '../domain/ledger.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { StreamPositions } from '../ports/stream.ts';
import { requireTask } from './check-task.ts';
import { readLakeState } from './lake-state.ts';
import type { RunLakeDependencies, RunLakeSettings, RunTask } from './run-dependencies.ts';
import { runLake } from './run-lake.ts';
import { takeOverStatements } from './statement-fence.ts';

const LEASE_NAME = 'lake';
/** Longer than any invocation, so that a live one never loses the lease. */
const LEASE_TTL_MS = 1_200_000;

export interface WorkDependencies extends RunLakeDependencies {
  readonly leases: LeaseStore;
  readonly positions: StreamPositions;
}

export interface WorkSettings extends Omit<RunLakeSettings, 'oldestWaitingArrivalMs' | 'isForced'> {
  /** Names this call, and no other of the run: an earlier one may have died and left a statement running. */
  readonly attempt: string;
}

export interface WorkReport {
  readonly runId: string;
  /** `running`: call again, since the time was up or another run holds the lake. */
  readonly status: 'running' | 'succeeded' | 'failed';
}

/**
 * Works on a run for as long as `mayContinue` says so, under the lake's lease. The caller repeats it until the status
 * is final; the lease is kept in between, and a caller that dies leaves it to expire. Before its first statement, those
 * of earlier callers are final. Throws TaskError, and as runLake does; called again with the same run id, the run begins anew then.
 */
export async function workOnRun(
  deps: WorkDependencies,
  settings: WorkSettings,
  mayContinue: () => boolean,
): Promise<WorkReport> {
  const { runId, attempt, task } = settings;
  if (task?.kind === 'backfill' || task?.kind === 'compact') await requireTaskOf(deps, task);
  const answer = await deps.leases.acquire(LEASE_NAME, runId, LEASE_TTL_MS);
  if (answer.kind === 'held') return { runId, status: 'running' };
  await takeOverStatements(deps, { fence: answer.lease.fence, term: attempt });
  // Read before the run reads the ledger: what lands in between is behind them, and holds the watermark.
  const checkpoints = await deps.ledger.checkpoints();
  const oldestWaitingArrivalMs = () => oldestWaiting(deps, checkpoints);
  const run = await runLake(deps, { ...settings, oldestWaitingArrivalMs, isForced: false }, { mayContinue });
  if (run.status === 'running') return { runId, status: 'running' };
  await deps.leases.release(answer.lease);
  return { runId, status: run.status === 'failed' ? 'failed' : 'succeeded' };
}

/** Throws TaskError for what the lake cannot do. */
async function requireTaskOf(
  { ledger, models, clock }: Pick<WorkDependencies, 'ledger' | 'models' | 'clock'>,
  task: RunTask,
): Promise<void> {
  const { modelsFingerprint } = await readLakeState(ledger);
  const hasBuilt = modelsFingerprint !== null;
  requireTask(task, { models, rows: await ledger.rows(), hasBuilt, nowMs: clock.nowMs() });
}

/** Earlier than any record: the watermark stays where it is. */
const UNKNOWN_MS = 0;

/** What the stream says waits behind the checkpoints (promise 7); when it does not answer, anything may. */
async function oldestWaiting(
  { positions, telemetry }: Pick<WorkDependencies, 'positions' | 'telemetry'>,
  checkpoints: readonly Checkpoint[],
): Promise<number | null> {
  const landed = checkpoints.filter(({ source }) => source === 'events');
  try {
    return await positions.oldestWaitingArrivalMs(new Map(landed.map((each) => [each.shardId, each])));
  } catch (error) {
    telemetry.warn('the stream does not tell what waits', { error: String(error) });
    return UNKNOWN_MS;
  }
}
