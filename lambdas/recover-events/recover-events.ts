import * as z from 'zod';
import type { ConsumeDependencies } from '../consume-events/consume-batch.ts';
import { type LandingVariables, landingSettings } from '../consume-events/landing-settings.ts';
import { REJECTION_REASONS } from '../domain/events/rejection.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { StreamReader } from '../ports/stream.ts';
import type { TimeBudget } from '../ports/time-budget.ts';
import {
  brokenObjects,
  type RebuildDependencies,
  type RebuildOutcome,
  rebuildObject,
} from './rebuild-object.ts';
import { replayQuarantine } from './replay-quarantine.ts';
import type { ReplayReport } from './replay-report.ts';

/** The invocation asks for something that there is not. */
export class RecoveryRequestError extends Error {
  override readonly name = 'RecoveryRequestError';
}

const REQUEST = z.discriminatedUnion('recover', [
  z.strictObject({
    recover: z.literal('quarantine'),
    reason: z.enum(REJECTION_REASONS).optional(),
    since: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional(),
    dryRun: z.boolean().default(false),
  }),
  z.strictObject({
    recover: z.literal('objects'),
    /** Absent: every object that is set aside. */
    key: z.string().min(1).max(1_024).optional(),
    dryRun: z.boolean().default(false),
  }),
]);

export type RecoveryRequest = z.output<typeof REQUEST>;

/** Reads what a person asks for by hand. Throws RecoveryRequestError, which says what is allowed. */
export function readRequest(event: unknown): RecoveryRequest {
  const parsed = REQUEST.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new RecoveryRequestError(
    'Expected recover (quarantine, with no more than reason, since and dryRun; or objects, with no more than key and dryRun)',
  );
}

export interface RecoveryDependencies extends ConsumeDependencies {
  readonly stream: StreamReader;
  readonly leases: LeaseStore;
  readonly landing: LandingVariables;
}

export interface RebuiltObject {
  readonly key: string;
  readonly outcome: RebuildOutcome;
}

export type RecoveryReport =
  | ({ readonly kind: 'replayed' } & ReplayReport)
  | { readonly kind: 'rebuilt'; readonly objects: readonly RebuiltObject[]; readonly left: number }
  /** Another recovery is at work: call again. */
  | { readonly kind: 'held'; readonly holder: string };

const LEASE_NAME = 'recovery';
/** Longer than any invocation, so that a live one never loses the lease. */
const LEASE_TTL_MS = 1_200_000;

/**
 * One recovery at a time, since each reads from the ledger what has come back already. Runs and the consumer go on beside
 * it. While the report's `left` is above 0, the time was up: call again. Throws what the stores and the stream throw.
 */
export async function recoverEvents(
  request: RecoveryRequest,
  deps: RecoveryDependencies,
  at: { readonly holder: string; readonly budget: TimeBudget },
): Promise<RecoveryReport> {
  const answer = await deps.leases.acquire(LEASE_NAME, at.holder, LEASE_TTL_MS);
  if (answer.kind === 'held') return { kind: 'held', holder: answer.lease.holder };
  try {
    return await recovered(request, deps, at.budget);
  } finally {
    await deps.leases.release(answer.lease);
  }
}

async function recovered(
  request: RecoveryRequest,
  deps: RecoveryDependencies,
  budget: TimeBudget,
): Promise<RecoveryReport> {
  const { dryRun: isDryRun } = request;
  const settings = landingSettings(deps.landing);
  if (request.recover === 'objects') {
    const keys = request.key === undefined ? await brokenObjects(deps.ledger) : [request.key];
    return rebuildAll(keys, { ...deps, settings }, { budget, isDryRun });
  }
  const { reason = null, since } = request;
  const sinceMs = since === undefined ? null : Date.parse(since);
  const options = { settings, reason, sinceMs, isDryRun, budget };
  return { kind: 'replayed', ...(await replayQuarantine(deps, options)) };
}

async function rebuildAll(
  keys: readonly string[],
  deps: RebuildDependencies,
  { budget, isDryRun }: { readonly budget: TimeBudget; readonly isDryRun: boolean },
): Promise<RecoveryReport> {
  const objects: RebuiltObject[] = [];
  for (const key of keys) {
    if (budget.remainingMs() <= budget.marginMs) break;
    objects.push({ key, outcome: await rebuildObject(key, deps, { isDryRun }) });
  }
  return { kind: 'rebuilt', objects, left: keys.length - objects.length };
}
