import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HistoryRange, RangeResult } from './run-histories.ts';
import { stageBySql } from './sql-staging.ts';
import { counterexample } from './world/counterexample.ts';
import { addStatistics, noStatistics } from './world/statistics.ts';

/** `MILLPOND_LAW_SEED=17 npm run test:laws` plays other histories, `MILLPOND_LAW_HISTORIES` more or fewer. */
const SEED = Number(process.env.MILLPOND_LAW_SEED ?? 20_261_125);
const HISTORIES = Number(process.env.MILLPOND_LAW_HISTORIES ?? 100_000);
const SAMPLE_EVERY = 200;

describe('seeded histories of crashes', () => {
  let results: readonly RangeResult[] = [];

  beforeAll(async () => {
    const step = availableParallelism();
    const startedMs = performance.now();
    results = await Promise.all(
      Array.from({ length: step }, (_, from) =>
        inWorker({ seed: SEED, from, to: HISTORIES, step, sampleEvery: SAMPLE_EVERY }),
      ),
    );
    const tookS = (performance.now() - startedMs) / 1000;
    const { histories } = statisticsOf(results);
    const rate = Math.round(histories / tookS);
    console.log(`${histories} histories of seed ${SEED} in ${tookS.toFixed(1)} s: ${rate} histories/s`);
    console.log(JSON.stringify(statisticsOf(results)));
  }, 600_000);

  it('lose no event, count none twice and break no other law', async () => {
    const failed = results.flatMap(({ failure }) => failure ?? []);
    for (const { history, breaches } of failed) {
      console.log(`seed ${SEED}, history ${history} breaks: ${breaches.join('; ')}`);
      console.log(`shrunk: ${await counterexample(SEED, history).catch(String)}`);
    }

    expect(failed).toEqual([]);
    expect(statisticsOf(results).histories).toBe(HISTORIES);
  });

  it('have two shards, three batches and an event in two shards, each', () => {
    const { leastShards, leastBatches, withoutCopiesAcrossShards } = statisticsOf(results);

    expect(leastShards).toBeGreaterThanOrEqual(2);
    expect(leastBatches).toBeGreaterThanOrEqual(3);
    expect(withoutCopiesAcrossShards).toBe(0);
  });

  it('go through every kind of trouble', () => {
    const {
      histories,
      mishaps,
      deaths,
      timeouts,
      throttles,
      discards,
      redrives,
      reshards,
      tooLate,
      conflicts,
    } = statisticsOf(results);

    for (const count of [
      mishaps,
      deaths,
      timeouts,
      throttles,
      discards,
      redrives,
      reshards,
      tooLate,
      conflicts,
    ])
      expect(count).toBeGreaterThan(histories / 20);
    if (histories < 10_000) return;
    const { replayedRows, reinstatedRows } = statisticsOf(results);
    expect(replayedRows).toBeGreaterThan(0);
    expect(reinstatedRows).toBeGreaterThan(0);
  });

  it('are staged by SQL as they are in memory', async () => {
    const samples = results.flatMap((result) => result.samples);

    const { lines, orphans, reconciliation } = await stageBySql(samples);

    expect(samples.length).toBeGreaterThanOrEqual(Math.floor(HISTORIES / SAMPLE_EVERY));
    expect([...lines].sort()).toEqual(samples.flatMap(({ staging }) => staging).sort());
    expect(orphans).toBe(0);
    const sum = (name: 'received' | 'staged' | 'tooLate' | 'conflicts') =>
      samples.reduce((total, { sums }) => total + sums[name], 0);
    const { received, accepted, duplicate, quarantined, staged, tooLate, collapsed, conflicts } =
      reconciliation;
    expect({ received, staged, tooLate, conflicts }).toEqual({
      received: sum('received'),
      staged: sum('staged'),
      tooLate: sum('tooLate'),
      conflicts: sum('conflicts'),
    });
    expect(received).toBe(accepted + duplicate + quarantined);
    expect(accepted).toBe(staged + tooLate + collapsed + conflicts);
  }, 120_000);
});

function statisticsOf(results: readonly RangeResult[]) {
  return results.map(({ statistics }) => statistics).reduce(addStatistics, noStatistics());
}

/** A thread of its own runs the code as Node does, without the test runner's wrapping of modules. */
function inWorker(range: HistoryRange): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./history-worker.ts', import.meta.url), { workerData: range });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
