import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerStore } from '../../lambdas/ports/ledger-store.ts';
import type { Subject } from './subject.ts';

/** What any LedgerStore must do with the records of runs. `make` gives a fresh, empty store. */
export function runRecordContract(name: string, make: () => Promise<Subject<LedgerStore>>): void {
  describe(`records of runs: ${name}`, () => {
    let subject: Subject<LedgerStore>;
    let store: LedgerStore;
    let other: LedgerStore;

    beforeEach(async () => {
      subject = await make();
      store = await subject.open();
      other = await subject.open();
    });
    afterEach(() => subject.close());

    it('the record of a run is replaced under its id, and the newest runs come first', async () => {
      expect(await store.runs(5)).toEqual([]);
      await store.putRun({ runId: 'b', startedAtMs: 1_000, body: '{"at":1}' });
      await store.putRun({ runId: 'c', startedAtMs: 1_000, body: '{"at":2}' });
      await store.putRun({ runId: 'a', startedAtMs: 999, body: '{"at":3}' });
      await other.putRun({ runId: 'b', startedAtMs: 1_000, body: '{"at":"Ω"}' });

      expect(await store.runs(2)).toEqual([
        { runId: 'c', startedAtMs: 1_000, body: '{"at":2}' },
        { runId: 'b', startedAtMs: 1_000, body: '{"at":"Ω"}' },
      ]);
      expect((await store.runs(100)).map(({ runId }) => runId)).toEqual(['c', 'b', 'a']);
    });

    it('all but the newest runs are forgotten', async () => {
      for (let index = 0; index < 7; index += 1) {
        await store.putRun({ runId: `run-${index}`, startedAtMs: 10 ** index, body: '{}' });
      }

      await store.keepRuns(8);
      expect(await other.runs(100)).toHaveLength(7);
      await store.keepRuns(2);

      expect((await other.runs(100)).map(({ runId }) => runId)).toEqual(['run-6', 'run-5']);
    });
  });
}
