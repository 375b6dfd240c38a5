import { beforeAll, describe, expect, test } from 'vitest';
import { loadModels } from '../../../lambdas/domain/models/model-library.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryBuildPublisher } from '../../fakes/build-publisher.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { FILES, row } from './toy-lake.ts';

let engine: DuckDbEngine;
let ledger: MemoryLedgerStore;
let publisher: MemoryBuildPublisher;

function run(runId: string, isForced = false, on: SqlEngine = engine): Promise<RunRecord> {
  let nowMs = 0;
  const stores = { ledger, objects: new MemoryObjectStore(), publisher };
  const deps = { engine: on, ...stores, clock: { nowMs: () => nowMs++ }, telemetry: new MemoryTelemetry() };
  return runLake(
    { ...deps, models: loadModels(FILES) },
    {
      ...{ runId, isForced, reportingCurrency: null, allowedLatenessMs: 3 * 86_400_000 },
      oldestWaitingArrivalMs: async () => null,
      places: { objectsRoot: 'objects/', warehouse: '' },
    },
  );
}

async function totals(): Promise<readonly unknown[]> {
  return (await engine.query('select currency, events, money, watermark from totals')).rows;
}

describe('fault 38: a run killed at any statement', () => {
  interface Kill {
    readonly before: 'nothing' | 'an older build';
    /** It answers nothing more, as when the process dies; else the run undoes what it can. */
    readonly isDead: boolean;
    readonly isForced: boolean;
  }

  async function openLake({ before }: Kill): Promise<void> {
    engine = await openDuckDb({ file: ':memory:' });
    ledger = new MemoryLedgerStore();
    publisher = new MemoryBuildPublisher();
    if (before === 'an older build') {
      await ledger.append(row('0', '2026-01-09T00:00:00.000Z'));
      await run('r0');
    }
    await ledger.append(row('a', '2026-01-10T00:00:00.000Z'));
  }

  /** The engine until it has been sent so many statements. */
  function dyingAt(
    dieAt: number,
    isDead: boolean,
  ): { readonly engine: SqlEngine; readonly sent: () => number } {
    let sent = 0;
    const send = <T>(statement: () => Promise<T>): Promise<T> => {
      sent += 1;
      const isKilled = sent === dieAt || (isDead && sent > dieAt);
      return isKilled ? Promise.reject(new Error('killed')) : statement();
    };
    return {
      engine: {
        dialect: 'duckdb',
        execute: (text) => send(() => engine.execute(text)),
        query: (text) => send(() => engine.query(text)),
      },
      sent: () => sent,
    };
  }

  // A process holds SELECTs against their headers once: from here on all runs send the same statements.
  beforeAll(async () => {
    await openLake({ before: 'an older build', isDead: false, isForced: false });
    engine.close();
  });

  test.each<Kill>([
    { before: 'nothing', isDead: false, isForced: false },
    { before: 'nothing', isDead: true, isForced: false },
    { before: 'an older build', isDead: true, isForced: false },
    { before: 'an older build', isDead: true, isForced: true },
  ])(
    'and started again ends in the same tables ($before, dead: $isDead, full: $isForced)',
    async (kill) => {
      const { isDead, isForced } = kill;
      await openLake(kill);
      const whole = dyingAt(Number.POSITIVE_INFINITY, isDead);
      await run('r1', isForced, whole.engine);
      const expected = await totals();

      expect(publisher.rowsOf('totals')).toEqual(expected);
      expect(whole.sent()).toBeGreaterThan(30);
      engine.close();

      for (let dieAt = 1; dieAt <= whole.sent(); dieAt += 1) {
        await openLake(kill);
        const dying = dyingAt(dieAt, isDead);
        await expect(run('r1', isForced, dying.engine)).rejects.toThrow('killed');
        // The connection of a dead process is gone, and its transaction with it.
        if (isDead) await engine.execute('rollback').catch(() => {});

        const report = await run('r2');

        expect(report.status).toBe('succeeded');
        expect(await totals()).toEqual(expected);
        expect(publisher.rowsOf('totals')).toEqual(expected);
        expect((await ledger.rows({ unstagedOnly: true })).length).toBe(0);
        engine.close();
      }
    },
    120_000,
  );
});
