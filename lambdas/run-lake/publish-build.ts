import type { Model, ModelLibrary, Partition } from '../domain/models/model.ts';
import { UNKNOWN_VERSION } from '../domain/table-version.ts';
import { isoFromMs } from '../domain/time.ts';
import type { BuildPublisher, BuildToPublish } from '../ports/build-publisher.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { HEADLINE_HISTORY, HISTORY_PARTITION } from './headline-history.ts';
import { LEDGER_ROWS_OF_PERIOD, ledgerPartition } from './ledger-change.ts';
import { PUBLISH_STATUS } from './publish-status.ts';
import type { Publication, RunRecord } from './run-record.ts';
import { readTableVersions } from './table-versions.ts';

/** Sources that readers of a build need beside its tables; the others name objects, or are raw. */
const PUBLISHED_SOURCES: ReadonlySet<string> = new Set([
  'ledger',
  'admissions',
  'lake_state',
  'funnel_steps',
  'check_results',
  PUBLISH_STATUS,
  HEADLINE_HISTORY,
]);

export interface PublishDependencies {
  readonly engine: SqlEngine;
  readonly ledger: LedgerStore;
  readonly publisher: BuildPublisher;
  readonly models: ModelLibrary;
}

/** Whether the model's rows are part of a published build. */
export function isPublished(model: Model): boolean {
  if (model.kind === 'table') return !model.isState;
  return model.kind === 'source' && PUBLISHED_SOURCES.has(model.name);
}

/** Publishes the tables as the run left them. Repeating it gives the same build. Throws what the publisher throws. */
export async function publishBuild(
  deps: PublishDependencies,
  run: RunRecord,
  nowMs: number,
): Promise<Publication> {
  const { build, reused, written } = await deps.publisher.publish(deps.engine, {
    runId: run.runId,
    publishedAt: isoFromMs(nowMs),
    watermark: run.watermarkMs === null ? null : isoFromMs(run.watermarkMs),
    checks: run.checks.map(({ check, severity, badRows }) => ({ check, severity, badRows })),
    tables: await tablesToPublish(deps),
  });
  return {
    build: build.build,
    tables: build.tables.length,
    reused,
    writtenFiles: written.files,
    writtenRows: written.rows,
    rows: build.tables.reduce((sum, table) => sum + table.rows, 0),
    sizeBytes: build.tables.reduce((sum, table) => sum + table.sizeBytes, 0),
  };
}

async function tablesToPublish({ ledger, models }: PublishDependencies): Promise<BuildToPublish['tables']> {
  const versions = await readTableVersions(ledger);
  return models.models.filter(isPublished).map((model) => ({
    name: model.name,
    columns: model.columns.map(({ name, type }) => ({ name, type })),
    partition: partitionOf(model),
    ...(model.name === 'ledger' ? { maxRowsOfPeriod: LEDGER_ROWS_OF_PERIOD } : {}),
    version: versions[model.name] ?? UNKNOWN_VERSION,
  }));
}

/** The rows of other sources are replaced whole. */
function partitionOf(model: Model): Partition {
  if (model.name === HEADLINE_HISTORY) return HISTORY_PARTITION;
  return model.kind === 'table' ? model.partition : (ledgerPartition(model) ?? { kind: 'none' });
}

/**
 * The last run, when its tables stand and its build does not: its process died before the pointer moved, or the build
 * was removed since. It then goes on from its last step. Null when there is nothing to make up for.
 */
export async function unpublishedRun(
  publisher: BuildPublisher | undefined,
  lastRun: RunRecord | null,
): Promise<RunRecord | null> {
  if (publisher === undefined || lastRun === null) return null;
  const publishAt = lastRun.steps.findIndex((step) => step.kind === 'publish');
  if (publishAt < 0 || lastRun.stepsDone < publishAt) return null;
  if (lastRun.status === 'succeeded' && (await publisher.current())?.runId === lastRun.runId) return null;
  return { ...lastRun, status: 'running', stepsDone: publishAt, finishedAtMs: null, publication: null };
}
