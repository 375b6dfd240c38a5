import type { Checkpoint } from '../domain/ledger.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { RunLakeDependencies, RunLakeSettings } from './run-dependencies.ts';
import { runLake } from './run-lake.ts';

const LEASE_NAME = 'lake';
/** Longer than any invocation, so that a live one never loses the lease. */
const LEASE_TTL_MS = 1_200_000;

export interface WorkDependencies extends RunLakeDependencies {
  readonly leases: LeaseStore;
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
  const oldestWaitingArrivalMs = async () => oldestThatMayWait(await deps.ledger.checkpoints());
  const run = await runLake(deps, { ...settings, oldestWaitingArrivalMs, isForced: false }, { mayContinue });
  if (run.status === 'running') return { runId, status: 'running' };
  await deps.leases.release(answer.lease);
  return { runId, status: run.status === 'failed' ? 'failed' : 'succeeded' };
}

/**
 * A shard has landed up to its checkpoint, so whatever waits in it arrived later: the oldest checkpoint is a safe
 * bound for the watermark (promise 7). It is a low one too: a shard without traffic, or closed, holds the watermark.
 */
function oldestThatMayWait(checkpoints: readonly Checkpoint[]): number | null {
  if (checkpoints.length === 0) return null;
  return Math.min(...checkpoints.map((checkpoint) => checkpoint.arrivalTimeMs));
}
