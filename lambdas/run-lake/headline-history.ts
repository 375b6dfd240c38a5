import type { ModelLibrary, Partition, SourceModel } from '../domain/models/model.ts';
import { renderComments, renderCreateTable } from '../domain/models/render-table.ts';
import { isoFromMs } from '../domain/time.ts';
import type { BuildPublisher } from '../ports/build-publisher.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { HEADLINES, type Headline, type HistoryBound, renderRecording } from './headline-sql.ts';
import type { RunRecord } from './run-record.ts';
import { writeTableVersions } from './table-versions.ts';

export const HEADLINE_HISTORY = 'headline_history';
/** How its published files are cut. */
export const HISTORY_PARTITION: Partition = { kind: 'month', column: 'report_date' };
/** Beyond it a bound costs more text than it saves reading. */
const MAX_MONTHS_OF_BOUND = 120;

export interface HistoryDependencies {
  readonly engine: SqlEngine;
  readonly ledger: LedgerStore;
  readonly models: ModelLibrary;
  readonly publisher?: BuildPublisher;
}

type HistoryRun = Pick<RunRecord, 'runId' | 'reason' | 'startedAtMs' | 'watermarkMs' | 'models'>;

/**
 * Adds to the history what the run has made of the headline numbers, before its tables are committed: on a laptop the
 * same transaction holds both; elsewhere a repetition finds its own rows and adds none. A date counts from when it is
 * over: no report shows a day that goes on. Without the table headline_history among the models it does nothing.
 *
 * @returns how many rows the run has in the history
 */
export async function recordHeadlines(
  deps: HistoryDependencies,
  settings: { readonly allowedLatenessMs: number; readonly warehouse: string },
  run: HistoryRun,
): Promise<number> {
  const history = deps.models.models.find(({ name }) => name === HEADLINE_HISTORY);
  if (history?.kind !== 'source') return 0;
  const { engine } = deps;
  await ensureHistory(deps, history, settings.warehouse);
  const recorded = await recordedSoFar(engine);
  const recording = {
    runId: run.runId,
    recordedAt: isoFromMs(run.startedAtMs),
    recordNumber: nextNumber(recorded, run.runId),
    reason: run.reason,
  };
  for (const headline of HEADLINES) {
    if (!deps.models.models.some(({ name }) => name === headline.subject)) continue;
    const bound = engine.dialect === 'duckdb' ? boundOf(recorded, headline, run) : null;
    const overBefore = await firstDayNotOver(engine, headline, settings, run);
    await engine.execute(renderRecording(headline, recording, { bound, overBefore }));
  }
  return noteChange(deps, run.runId);
}

/** Makes the table when there is none; what the published build knows of an earlier one comes back. */
async function ensureHistory(
  { engine, publisher }: HistoryDependencies,
  history: SourceModel,
  warehouse: string,
): Promise<void> {
  const schema = engine.dialect === 'duckdb' ? 'current_schema()' : 'current_schema';
  const found = await engine.query(
    `select 1 from information_schema.tables where table_schema = ${schema} and table_name = '${HEADLINE_HISTORY}'`,
  );
  if (found.rows.length > 0) return;
  const table = { ...history, partition: HISTORY_PARTITION };
  await engine.execute(renderCreateTable(table, { dialect: engine.dialect, warehouse }));
  if (engine.dialect === 'duckdb') {
    for (const statement of renderComments(history, 'table')) await engine.execute(statement);
  }
  await publisher?.restore(engine, history);
}

/** What one run has recorded of one subject. */
interface Recorded {
  readonly subject: string;
  readonly runId: string;
  readonly number: number;
  /** The newest date. */
  readonly until: string;
}

async function recordedSoFar(engine: SqlEngine): Promise<readonly Recorded[]> {
  const { rows } = await engine.query(
    `select subject, run_id, max(record_number), cast(max(report_date) as varchar)
from headline_history
group by subject, run_id`,
  );
  return rows.map(([subject, runId, number, until]) => ({
    subject: String(subject),
    runId: String(runId),
    number: Number(number),
    until: String(until),
  }));
}

/** Of this run, should it have recorded before. */
function nextNumber(recorded: readonly Recorded[], runId: string): number {
  const own = recorded.find((each) => each.runId === runId);
  return own?.number ?? Math.max(0, ...recorded.map(({ number }) => number)) + 1;
}

/**
 * The months in which the run changed rows, and what no run has recorded yet. For a laptop: where tables commit one by
 * one, a run that is done again may have changed them the first time, and all dates are read.
 */
function boundOf(recorded: readonly Recorded[], { subject }: Headline, run: HistoryRun): HistoryBound | null {
  const report = run.models.find(({ model }) => model === subject);
  const partitions = report?.partitions ?? null;
  if (report === undefined || partitions === null) return null;
  const months = [...new Set(partitions.map((partition) => partition.slice(0, 7)))];
  if (months.length > MAX_MONTHS_OF_BOUND) return null;
  const dates = recorded.filter((each) => each.subject === subject).map(({ until }) => until);
  return { months, recordedUntil: dates.sort().at(-1) ?? null };
}

/** Of the stream: the day of its newest arrival behind which nothing waits. Without one: the newest date of the table. */
async function firstDayNotOver(
  engine: SqlEngine,
  { subject, dateColumn }: Headline,
  { allowedLatenessMs }: { readonly allowedLatenessMs: number },
  { watermarkMs }: HistoryRun,
): Promise<string> {
  if (watermarkMs !== null) return isoFromMs(watermarkMs + allowedLatenessMs).slice(0, 10);
  const { rows } = await engine.query(`select cast(max(${dateColumn}) as varchar) from ${subject}`);
  return String(rows[0]?.[0] ?? '1970-01-01');
}

/** So that the next build writes the months anew to which the run has added. */
async function noteChange({ engine, ledger }: HistoryDependencies, runId: string): Promise<number> {
  const { rows } = await engine.query(
    `select cast(added.report_month as varchar), count(*)
from (
  select cast(date_trunc('month', report_date) as date) as report_month
  from headline_history
  where run_id = '${runId.replaceAll("'", "''")}'
) as added
group by added.report_month
order by 1`,
  );
  const inserted = rows.reduce((sum, [, count]) => sum + Number(count), 0);
  const partitions = rows.map(([month]) => String(month));
  const change = { model: HEADLINE_HISTORY, inserted, updated: 0, deleted: 0, partitions };
  await writeTableVersions(ledger, { runId, models: [change] });
  return inserted;
}
