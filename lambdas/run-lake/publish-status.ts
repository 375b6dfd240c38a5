import type { ModelLibrary } from '../domain/models/model.ts';
import { isoFromMs } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { readRuns } from './run-history.ts';
import type { RunRecord } from './run-record.ts';
import type { SourceRow } from './source-rows.ts';
import { replaceRows } from './write-rows.ts';

export const PUBLISH_STATUS = 'publish_status';

/** `writing` stays when a run dies at it: its tables are then as half-written as while it works. */
export type TablesStatus = 'whole' | 'writing' | 'failed';

/** Says in the table publish_status what the run has made of the tables; a lake of models without it says nothing. */
export async function notePublishStatus(
  deps: {
    readonly engine: SqlEngine;
    readonly ledger: LedgerStore;
    readonly clock: Clock;
    readonly models: ModelLibrary;
  },
  run: RunRecord,
  status: TablesStatus,
): Promise<void> {
  const source = deps.models.models.find(({ name }) => name === PUBLISH_STATUS);
  if (source?.kind !== 'source') return;
  // A whole run names itself, no earlier one.
  const runs = status === 'whole' ? [] : await readRuns(deps.ledger);
  await replaceRows(deps.engine, source, [
    publishStatusRow(run, status, { runs, nowMs: deps.clock.nowMs() }),
  ]);
}

/** @param runs those that the lake remembers, the newest first */
export function publishStatusRow(
  run: RunRecord,
  status: TablesStatus,
  { runs, nowMs }: { readonly runs: readonly RunRecord[]; readonly nowMs: number },
): SourceRow {
  const earlier = runs.find(({ runId, ...rest }) => runId !== run.runId && hasFinished(rest));
  const [wholeRunId, wholeAtMs] =
    status === 'whole' ? [run.runId, nowMs] : [earlier?.runId ?? null, earlier?.finishedAtMs ?? null];
  return {
    is_whole: status === 'whole',
    status,
    run_id: run.runId,
    started_at: isoFromMs(run.startedAtMs),
    finished_at: status === 'writing' ? null : isoFromMs(nowMs),
    watermark: run.watermarkMs === null ? null : isoFromMs(run.watermarkMs),
    whole_run_id: wholeRunId,
    whole_at: wholeAtMs === null ? null : isoFromMs(wholeAtMs),
  };
}

/** Its tables stood whole then, whether or not they were published too. */
export function hasFinished({ steps, stepsDone }: Pick<RunRecord, 'steps' | 'stepsDone'>): boolean {
  const finishAt = steps.findIndex(({ kind }) => kind === 'finish');
  return finishAt >= 0 && stepsDone > finishAt;
}
