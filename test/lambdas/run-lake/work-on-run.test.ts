import { beforeEach, describe, expect, it } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { Lease, LeaseAnswer, LeaseStore } from '../../../lambdas/ports/lease-store.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import type { StreamPositions } from '../../../lambdas/ports/stream.ts';
import { STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import { readRun } from '../../../lambdas/run-lake/run-history.ts';
import { type WorkSettings, workOnRun } from '../../../lambdas/run-lake/work-on-run.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 1, 1);
const SETTINGS: WorkSettings = {
  runId: 'run-1',
  attempt: 'try-1',
  allowedLatenessMs: 3 * DAY_MS,
  reportingCurrency: null,
  places: { objectsRoot: 's3://raw/', warehouse: 's3://lake/tables' },
};

/** One lease that never expires. */
class OneLease implements LeaseStore {
  holder: string | null = null;

  async acquire(name: string, holder: string, ttlMs: number): Promise<LeaseAnswer> {
    const isHeld = this.holder !== null && this.holder !== holder;
    this.holder ??= holder;
    const lease = { name, holder: this.holder, fence: 1, expiresAtMs: NOW_MS + ttlMs };
    return { kind: isHeld ? 'held' : 'acquired', lease };
  }

  async renew(): Promise<boolean> {
    return true;
  }

  async release(lease: Lease): Promise<void> {
    if (lease.holder === this.holder) this.holder = null;
  }
}

/** No statement may reach it. */
const DOWN: SqlEngine = {
  dialect: 'athena',
  execute: async () => {
    throw new Error('the engine is down');
  },
  query: async () => {
    throw new Error('the engine is down');
  },
};

let leases: OneLease;
let ledger: MemoryLedgerStore;
let positions: StreamPositions;

beforeEach(() => {
  leases = new OneLease();
  ledger = new MemoryLedgerStore();
  positions = { oldestWaitingArrivalMs: async () => null };
});

function work(mayContinue = true, engine = DOWN) {
  const deps = {
    leases,
    ledger,
    positions,
    engine,
    objects: new MemoryObjectStore(),
    clock: new ManualClock(NOW_MS),
    telemetry: new MemoryTelemetry(),
    models: loadModels([]),
  };
  return workOnRun(deps, SETTINGS, () => mayContinue);
}

it('a run with nothing to do succeeds, and gives the lake back', async () => {
  expect(await work()).toEqual({ runId: 'run-1', status: 'succeeded' });
  expect(leases.holder).toBeNull();
});

it('fault 37: a run that finds the lake held by another waits, and touches nothing', async () => {
  leases.holder = 'run-0';
  await ledger.append(ledgerRow('events/a'));

  expect(await work()).toEqual({ runId: 'run-1', status: 'running' });
  expect(leases.holder).toBe('run-0');
  expect(await readRun(ledger)).toBeNull();
});

it('fault 37: a run stops what others left open before its first statement, and not while they hold the lake', async () => {
  const done: string[] = [];
  const engine: SqlEngine = {
    ...DOWN,
    takeOver: async () => void done.push('stopped the others'),
    execute: async () => void done.push('a statement'),
  };
  await ledger.append(ledgerRow('events/a'));
  leases.holder = 'run-0';
  await work(true, engine);
  expect(done).toEqual([]);
  leases.holder = null;

  await expect(work(true, engine)).rejects.toThrow('the engine is down');

  expect(done[0]).toBe('stopped the others');
});

it('a run whose time is up goes on later, and keeps the lake', async () => {
  await ledger.append(ledgerRow('events/a'));

  expect(await work(false)).toEqual({ runId: 'run-1', status: 'running' });
  expect(leases.holder).toBe('run-1');
  expect(await readRun(ledger)).toMatchObject({ runId: 'run-1', status: 'running', stepsDone: 0 });
});

it('fault 38: a run that throws keeps the lake for its next try', async () => {
  await ledger.append(ledgerRow('events/a'));

  await expect(work()).rejects.toThrow('the engine is down');
  expect(leases.holder).toBe('run-1');
});

describe('promise 7: the watermark', () => {
  const maxArrivalTime = '2026-01-31T10:16:00.123Z';
  const newestMs = Date.parse(maxArrivalTime);
  const checkpoint = { source: 'events', sequence: '9' } as const;

  beforeEach(async () => {
    await ledger.append(ledgerRow('events/a', { maxArrivalTime }));
    await ledger.advanceCheckpoint({ ...checkpoint, shardId: 'a', arrivalTimeMs: newestMs });
    await ledger.advanceCheckpoint({ ...checkpoint, shardId: 'b', arrivalTimeMs: newestMs - 86_400_000 });
  });

  it('stays behind the oldest record that waits behind the checkpoints', async () => {
    const asked: unknown[] = [];
    positions.oldestWaitingArrivalMs = async (landed) => {
      asked.push([...landed.keys()]);
      return newestMs - 5_000;
    };

    await work(false);

    expect(asked).toEqual([['a', 'b']]);
    expect((await readRun(ledger))?.watermarkMs).toBe(newestMs - 5_000 - 3 * DAY_MS);
  });

  it('asks behind the checkpoints of before the ledger was read: what lands since then holds it', async () => {
    const { rows } = ledger;
    ledger.rows = async (filter) => {
      const read = await rows.call(ledger, filter);
      await ledger.append(ledgerRow('events/b'));
      await ledger.advanceCheckpoint({
        ...checkpoint,
        sequence: '10',
        shardId: 'b',
        arrivalTimeMs: newestMs,
      });
      return read;
    };
    const asked: unknown[] = [];
    positions.oldestWaitingArrivalMs = async (landed) => {
      asked.push(landed.get('b')?.sequence);
      return null;
    };

    await work(false);

    expect(asked).toEqual(['9']);
  });

  it('is not held by a shard that is silent', async () => {
    await work(false);

    expect((await readRun(ledger))?.watermarkMs).toBe(newestMs - 3 * DAY_MS);
  });

  it('stays where it is when the stream does not answer', async () => {
    await ledger.writeState(STATE_NAMES.watermark, null, String(newestMs - 10 * DAY_MS));
    positions.oldestWaitingArrivalMs = async () => Promise.reject(new Error('throttled'));

    await work(false);

    expect((await readRun(ledger))?.watermarkMs).toBe(newestMs - 10 * DAY_MS);
  });
});
