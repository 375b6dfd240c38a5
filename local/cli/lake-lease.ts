import { hostname } from 'node:os';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { Lease, LeaseStore } from '../../lambdas/ports/lease-store.ts';
import { formatHolder, isDead, type LakeHolder, parseHolder } from '../lake-holder.ts';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { waitFor } from './wait.ts';

const LAKE_LEASE = 'lake';
const TTL_MS = 60_000;
const RENEW_EVERY_MS = 20_000;

export interface HoldOptions {
  /** The command's name, for whoever has to wait. */
  readonly command: string;
  readonly waitS: number;
}

/** Tells a piece of work whether it may still go on. */
export interface HeldLease {
  /** Of this hold: higher than that of any before. */
  readonly fence: number;
  /** Throws CommandError once another command has taken the lake over. */
  check(): void;
}

/**
 * Does the work while this process alone may write the lake's tables and ledger. Waits for another command, frees the
 * lease of a process that died, and renews its own meanwhile. Throws CommandError `lake_held`, naming the holder.
 */
export async function holdingLake<T>(
  context: CommandContext,
  leases: LeaseStore,
  options: HoldOptions,
  work: (held: HeldLease) => Promise<T>,
): Promise<T> {
  const lease = await acquire(context, leases, options);
  let isLost = false;
  const timer = setInterval(() => {
    leases.renew(lease, TTL_MS).then(
      (isOurs) => {
        isLost = !isOurs;
      },
      () => undefined, // The store is busy: the lease holds until its end, and the next renewal tries again.
    );
  }, RENEW_EVERY_MS);
  const forget = context.interrupt.onAbruptEnd(() => void leases.release(lease));
  try {
    return await work({
      fence: lease.fence,
      check: () => {
        if (isLost)
          throw new CommandError(
            'lake_lost',
            'Another command has taken this lake over: this one stops; run it again.',
          );
      },
    });
  } finally {
    clearInterval(timer);
    forget();
    await leases.release(lease);
  }
}

/** Long enough to look, short enough to be over should this process die while looking. */
const LOOK_TTL_MS = 1_000;

/** Who holds a lake. */
export interface LeaseLook {
  /** Null: nobody works on the lake. */
  readonly lease: Lease | null;
  /** Who says so of itself; null also for a text of another make. */
  readonly holder: LakeHolder | null;
  /** Whether that is a process of this machine that no longer runs. */
  readonly isDead: boolean;
}

/** Looks who holds the lake, by taking its lease for a moment where it is free. `command` is who looks. */
export async function lookAtLease(leases: LeaseStore, clock: Clock, command: string): Promise<LeaseLook> {
  const host = hostname();
  const since = new Date(clock.nowMs()).toISOString();
  const self = formatHolder({ command, processId: process.pid, host, since });
  const { kind, lease } = await leases.acquire(LAKE_LEASE, self, LOOK_TTL_MS);
  if (kind === 'acquired') {
    await leases.release(lease);
    return { lease: null, holder: null, isDead: false };
  }
  const holder = parseHolder(lease.holder);
  return { lease, holder, isDead: isDead(holder, host) };
}

async function acquire(context: CommandContext, leases: LeaseStore, options: HoldOptions): Promise<Lease> {
  const host = hostname();
  const since = new Date(context.clock.nowMs()).toISOString();
  const holder = formatHolder({ command: options.command, processId: process.pid, host, since });
  let other = '';
  const lease = await waitFor(
    context,
    { waitS: options.waitS, describe: () => `The lake is held by ${other}` },
    async () => {
      const answer = await leases.acquire(LAKE_LEASE, holder, TTL_MS);
      if (answer.kind === 'acquired') return answer.lease;
      other = answer.lease.holder;
      if (!isDead(parseHolder(other), host)) return null;
      context.reporter.info(`Freed the lake: ${other} no longer runs.`);
      await leases.release(answer.lease);
      const second = await leases.acquire(LAKE_LEASE, holder, TTL_MS);
      return second.kind === 'acquired' ? second.lease : null;
    },
  );
  if (lease !== null) return lease;
  throw new CommandError(
    'lake_held',
    `The lake is still held by ${other} after ${options.waitS} s: wait until it has ended, give --wait more seconds, or see \`doctor\`.`,
  );
}
