import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { RunLakeSettings } from '../../../lambdas/run-lake/run-dependencies.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { CommittingEngine } from './committing-engine.ts';
import { PUBLISH_STATUS, row, SLICED_FILES } from './toy-lake.ts';

class Killed extends Error {}

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;

beforeEach(open);
afterEach(() => engine.close());

async function open(): Promise<void> {
  engine = await openDuckDb({ file: ':memory:' });
  ledger = new MemoryLedgerStore();
}

/** A store that a dead process reaches no more. */
function whileAlive(isDead: () => boolean): MemoryLedgerStore {
  return new Proxy(ledger, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (isDead()) throw new Killed('killed');
        return value.apply(target, args);
      };
    },
  });
}

const MODELS = loadModels([...SLICED_FILES, PUBLISH_STATUS]);

/** @param dieAt the statement at which the process dies; it has not been sent */
async function run(
  runId: string,
  dieAt = Number.POSITIVE_INFINITY,
): Promise<{ run: RunRecord; sent: number }> {
  let sent = 0;
  let isDead = false;
  const committing = new CommittingEngine(engine, () => {
    if (isDead || sent + 1 >= dieAt) {
      isDead = true;
      throw new Killed('killed');
    }
    sent += 1;
  });
  const settings: RunLakeSettings = {
    runId,
    allowedLatenessMs: 1000,
    reportingCurrency: null,
    oldestWaitingArrivalMs: async () => null,
    isForced: false,
    places: { objectsRoot: 'objects/', warehouse: '' },
  };
  const deps = {
    engine: committing,
    ledger: whileAlive(() => isDead),
    objects: new MemoryObjectStore(),
    clock: { nowMs: () => 0 },
    telemetry: new MemoryTelemetry(),
    models: MODELS,
  };
  return { run: await runLake(deps, settings), sent };
}

async function tables(): Promise<unknown> {
  const read = async (table: string) => (await engine.query(`select * from ${table} order by all`)).rows;
  return [await read('stg_events'), await read('days'), await read('totals')];
}

/** The run whose tables publish_status says they are, once it stands and says that they are whole. */
async function wholeRun(): Promise<unknown> {
  const { rows } = await engine.query('select run_id from publish_status where is_whole');
  return rows[0]?.[0] ?? null;
}

/** A lake with one staged batch, and two more that wait: one of another day, one of the same. */
async function lakeWithWork(): Promise<void> {
  await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
  await run('r1');
  await ledger.append(row('b', '2026-01-11T00:00:00.000Z'));
  await ledger.append(row('c', '2026-01-10T01:00:00.000Z'));
}

describe('fault 38: where each table is committed, an incremental run killed at any statement', () => {
  test('and gone on with under its id, or followed by another run, ends in the same tables', async () => {
    await lakeWithWork();
    const before = await tables();
    const { run: whole, sent } = await run('r2');
    const expected = await tables();
    const saidToBe: Readonly<Record<string, unknown>> = { r1: before, r2: expected };
    const saidWhole = new Set<unknown>();
    expect(whole).toMatchObject({ status: 'succeeded', mode: 'incremental' });
    expect(expected).toEqual([
      [expect.anything(), expect.anything(), expect.anything()],
      [
        ['2026-01-10', 2n],
        ['2026-01-11', 1n],
      ].map(([day, count]) => [day, Number(count)]),
      [[3]],
    ]);
    expect(sent).toBeGreaterThan(40);

    for (let dieAt = 1; dieAt <= sent; dieAt += 1) {
      // Under its own id and as another run in turn: each is tried about every commit.
      const next = dieAt % 2 === 0 ? 'r2' : 'r3';
      engine.close();
      await open();
      await lakeWithWork();
      await expect(run('r2', dieAt)).rejects.toThrow(Killed);
      const runId = await wholeRun();
      saidWhole.add(runId);
      if (runId !== null)
        expect({ dieAt, tables: await tables() }).toEqual({ dieAt, tables: saidToBe[String(runId)] });

      const { run: after } = await run(next);
      expect(await wholeRun()).toBe(next);

      expect({ dieAt, next, status: after.status }).toEqual({ dieAt, next, status: 'succeeded' });
      expect({ dieAt, next, tables: await tables() }).toEqual({ dieAt, next, tables: expected });
      expect(await ledger.rows({ unstagedOnly: true })).toEqual([]);
    }
    expect(saidWhole).toEqual(new Set(['r1', null, 'r2']));
  }, 240_000);
});

describe('fault 38: where each table is committed, a first run killed at any statement', () => {
  test('and gone on with under its id, or followed by another run, ends in the same tables', async () => {
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
    const { run: whole, sent } = await run('r1');
    const expected = await tables();
    const insertedBy = ({ models }: RunRecord) => models.map(({ inserted }) => inserted);

    for (let dieAt = 1; dieAt <= sent; dieAt += 1) {
      for (const next of ['r1', 'r2']) {
        engine.close();
        await open();
        await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
        await expect(run('r1', dieAt)).rejects.toThrow(Killed);
        const { run: after } = await run(next);

        expect({ dieAt, next, tables: await tables() }).toEqual({ dieAt, next, tables: expected });
        // What the run has filled it also tells: published files of a table go by it.
        if (next === 'r1') expect(insertedBy(after)).toEqual(insertedBy(whole));
      }
    }
  }, 240_000);
});
