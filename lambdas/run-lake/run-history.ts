import * as z from 'zod';
import { SEVERITIES } from '../domain/models/model.ts';
import type { LedgerStore, StoredRun } from '../ports/ledger-store.ts';
import { RUN_MODES, RUN_STATUSES, RUN_STEPS, type RunRecord } from './run-record.ts';

/** So many runs a lake remembers, those that had nothing to do aside. */
export const RUNS_KEPT = 100;

const count = z.number().int().nonnegative();
const files = z.object({ dataFiles: count, deleteFiles: count, sizeBytes: count });
const ofStep = z.object({ kind: z.enum(RUN_STEPS), model: z.string().optional() });

// What is defaulted is absent in records of before it was kept.
const runRecordSchema = z.object({
  runId: z.string(),
  status: z.enum(RUN_STATUSES),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  reason: z.string(),
  mode: z.enum(RUN_MODES).default('full'),
  diffed: z
    .object({
      model: z.string(),
      how: z.enum(['filled', 'fill', 'merge']),
      counts: z.array(z.object({ op: z.string(), partition: z.string(), rows: count })),
    })
    .nullable()
    .default(null),
  watermarkMs: z.number().nullable(),
  ledgerRows: count,
  steps: z.array(ofStep.transform(withoutAbsentModel)),
  stepsDone: count,
  stepReports: z
    .array(
      ofStep
        .extend({ rows: count.nullable(), durationMs: z.number(), scannedBytes: count.nullable() })
        .transform(withoutAbsentModel),
    )
    .default([]),
  models: z.array(
    z.object({
      model: z.string(),
      inserted: count,
      updated: count,
      deleted: count,
      durationMs: z.number(),
      partitions: z.array(z.string()).nullable().default(null),
    }),
  ),
  checks: z.array(
    z.object({
      check: z.string(),
      severity: z.enum(SEVERITIES),
      meaning: z.string(),
      badRows: count,
      examples: z.array(z.record(z.string(), z.string().nullable())),
    }),
  ),
  reconciliation: z
    .object({
      received: count,
      accepted: count,
      duplicate: count,
      quarantined: count,
      staged: count,
      tooLate: count,
      collapsed: count,
      conflicts: count.default(0),
      setAside: count.default(0),
      redelivered: count.default(0),
      orphaned: count.default(0),
    })
    .nullable(),
  quarantine: z.array(z.object({ reason: z.string(), records: count, replayed: count })).default([]),
  compactions: z.array(z.object({ table: z.string(), before: files, after: files })).optional(),
  publication: z
    .object({
      build: z.string(),
      tables: count,
      reused: count,
      writtenFiles: count.nullable().default(null),
      writtenRows: count.nullable().default(null),
      rows: count,
      sizeBytes: count,
    })
    .nullable()
    .default(null),
});

function withoutAbsentModel<Step extends { readonly model?: string | undefined }>({ model, ...step }: Step) {
  return model === undefined ? step : { ...step, model };
}

/** The last run that had something to do, or null. A record of another version's shape counts as none. */
export async function readRun(ledger: LedgerStore): Promise<RunRecord | null> {
  return (await ledger.runs(1)).map(runOf)[0] ?? null;
}

/** The last run that built tables, or was to; a compaction tells nothing of what they hold. */
export async function readBuildRun(ledger: LedgerStore): Promise<RunRecord | null> {
  const isBuild = ({ steps }: RunRecord) => steps[0]?.kind !== 'compact';
  const last = await readRun(ledger);
  if (last === null || isBuild(last)) return last;
  return (await readRuns(ledger)).find(isBuild) ?? null;
}

/** The runs that a lake remembers, the newest first, without records of another version's shape. */
export async function readRuns(ledger: LedgerStore, limit = RUNS_KEPT): Promise<readonly RunRecord[]> {
  return (await ledger.runs(limit)).map(runOf).filter((run) => run !== null);
}

/** Keeps the run as it stands, in place of what it said before. */
export async function writeRun(ledger: LedgerStore, run: RunRecord): Promise<void> {
  await ledger.putRun({ runId: run.runId, startedAtMs: run.startedAtMs, body: JSON.stringify(run) });
}

/** Keeps a run that begins, and forgets those that are too many. */
export async function writeNewRun(ledger: LedgerStore, run: RunRecord): Promise<void> {
  await writeRun(ledger, run);
  await ledger.keepRuns(RUNS_KEPT);
}

function runOf({ body }: StoredRun): RunRecord | null {
  const parsed = runRecordSchema.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data : null;
}
