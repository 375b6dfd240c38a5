import { beforeEach, describe, expect, it } from 'vitest';
import { STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import { readTableVersions, writeTableVersions } from '../../../lambdas/run-lake/table-versions.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';

let ledger: MemoryLedgerStore;
beforeEach(() => {
  ledger = new MemoryLedgerStore();
});

function changed(model: string, partitions: readonly string[] | null | undefined, inserted = 1) {
  const report = { model, inserted, updated: 0, deleted: 0 };
  return partitions === undefined ? report : { ...report, partitions };
}

describe('versions of tables', () => {
  it('name the run for each partition that it changed, and stay for the rest', async () => {
    await writeTableVersions(ledger, {
      runId: 'r1',
      models: [changed('orders', ['2026-01-01', '2026-01-02'])],
    });
    await writeTableVersions(ledger, {
      runId: 'r2',
      models: [changed('orders', ['2026-01-02', '2026-01-03']), changed('days', ['2026-01-01'], 0)],
    });

    expect(await readTableVersions(ledger)).toEqual({
      orders: {
        all: null,
        partitions: { '2026-01-01': 'r1', '2026-01-02': 'r2', '2026-01-03': 'r2' },
      },
    });
  });

  it('name the run for all of a table without partitions, or of a report that does not tell them', async () => {
    await writeTableVersions(ledger, { runId: 'r1', models: [changed('orders', ['2026-01-01'])] });
    await writeTableVersions(ledger, {
      runId: 'r2',
      models: [changed('orders', undefined), changed('totals', null)],
    });

    const whole = { all: 'r2', partitions: {} };
    expect(await readTableVersions(ledger)).toEqual({ orders: whole, totals: whole });
  });

  it('are read as an earlier Millpond left them: one run a table', async () => {
    await ledger.writeState(STATE_NAMES.tableVersions, null, '{"orders":"r1","runs":"r0"}');

    await writeTableVersions(ledger, { runId: 'r2', models: [changed('orders', ['2026-01-02'])] });

    expect(await readTableVersions(ledger)).toEqual({
      orders: { all: 'r1', partitions: { '2026-01-02': 'r2' } },
      runs: { all: 'r0', partitions: {} },
    });
  });

  it('of three years by day stay small enough for one item of a state store', async () => {
    const days = Array.from({ length: 3 * 365 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
    );
    const tables = Array.from({ length: 10 }, (_, table) => `a_table_of_dates_${table}`);
    let models = tables.map((table) => changed(table, days));
    await writeTableVersions(ledger, { runId: '2024-01-01T00:00:00.000Z-12345', models });
    // The worst case, each day changed last by a run of its own, is put there at once.
    const state = JSON.parse((await ledger.readState(STATE_NAMES.tableVersions)) ?? '');
    state.runs = days.map((day) => `${day}T00:00:00.000Z-12345`);
    for (const table of tables) {
      state.tables[table].partitions = Object.fromEntries(days.map((day, place) => [day, place]));
    }
    await ledger.writeState(
      STATE_NAMES.tableVersions,
      await ledger.readState(STATE_NAMES.tableVersions),
      JSON.stringify(state),
    );
    models = [changed('a_table_of_dates_0', days.slice(-4))];

    await writeTableVersions(ledger, { runId: '2027-01-01T00:00:00.000Z-12345', models });

    const text = (await ledger.readState(STATE_NAMES.tableVersions)) ?? '';
    expect(text.length).toBeLessThan(400_000);
    expect((await readTableVersions(ledger)).a_table_of_dates_9?.partitions['2024-01-02']).toBe(
      '2024-01-02T00:00:00.000Z-12345',
    );
  });
});
