import type { Checkpoint } from '../domain/ledger.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { StreamPositions } from '../ports/stream.ts';
import type { RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import { runLake } from './run-lake.ts';

const LEASE_NAME = 'lake';
/** Longer than any invocation, so that a live one never loses the lease. */
const LEASE_TTL_MS = 1_200_000;

export interface WorkDependencies extends RunLakeDependencies {
  readonly leases: LeaseStore;
  readonly positions: StreamPositions;
}

export type WorkSettings = Omit<RunLakeSettings, 'oldestWaitingArrivalMs' | 'isForced'>;

export interface WorkReport {
  readonly runId: string;
  /** `running`: call again, since the time was up or another run holds the lake. */
  readonly status: 'running' | 'succeeded' | 'failed';
}

/**
 * Works on a run for as long as `mayContinue` says so, under the lake's lease. The caller repeats it until the status
 * is final; the lease is kept in between, and a caller that dies leaves it to expire. Throws as runLake does; called
 * again with the same run id, the run begins anew then.
 */
export async function workOnRun(
  deps: WorkDependencies,
  settings: WorkSettings,
  mayContinue: () => boolean,
): Promise<WorkReport> {
  const { runId } = settings;
  const answer = await deps.leases.acquire(LEASE_NAME, runId, LEASE_TTL_MS);
  if (answer.kind === 'held') return { runId, status: 'running' };
  // Read before the run reads the ledger: what lands in between is behind them, and holds the watermark.
  const checkpoints = await deps.ledger.checkpoints();
  const oldestWaitingArrivalMs = () => oldestWaiting(deps, checkpoints);
  const run = await runLake(deps, { ...settings, oldestWaitingArrivalMs, isForced: false }, { mayContinue });
  if (run.status === 'running') return { runId, status: 'running' };
  await deps.leases.release(answer.lease);
  return { runId, status: run.status === 'failed' ? 'failed' : 'succeeded' };
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
