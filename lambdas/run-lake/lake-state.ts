import * as z from 'zod';
import { SEVERITIES } from '../domain/models/model.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import { RUN_STEPS, type RunRecord } from './run-record.ts';

/** Names under which a run keeps what outlives it. */
export const STATE_NAMES = {
  watermark: 'watermark_ms',
  reportingCurrency: 'reporting_currency',
  modelsFingerprint: 'models_fingerprint',
  setAside: 'set_aside',
  run: 'last_run',
} as const;

export interface LakeState {
  readonly watermarkMs: number | null;
  readonly reportingCurrency: string | null;
  readonly modelsFingerprint: string | null;
  /** Which objects the last good build did without, or read elsewhere: setAsideState in readable-objects.ts. */
  readonly setAside: string;
}

export async function readLakeState(ledger: LedgerStore): Promise<LakeState> {
  const watermark = await ledger.readState(STATE_NAMES.watermark);
  return {
    watermarkMs: watermark === null ? null : Number(watermark),
    reportingCurrency: await ledger.readState(STATE_NAMES.reportingCurrency),
    modelsFingerprint: await ledger.readState(STATE_NAMES.modelsFingerprint),
    setAside: (await ledger.readState(STATE_NAMES.setAside)) ?? '',
  };
}

const count = z.number().int().nonnegative();

const runRecordSchema = z.object({
  runId: z.string(),
  status: z.enum(['unchanged', 'running', 'succeeded', 'failed']),
  startedAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  reason: z.string(),
  watermarkMs: z.number().nullable(),
  ledgerRows: count,
  steps: z.array(
    z
      .object({ kind: z.enum(RUN_STEPS), model: z.string().optional() })
      .transform(({ kind, model }) => (model === undefined ? { kind } : { kind, model })),
  ),
  stepsDone: count,
  models: z.array(
    z.object({
      model: z.string(),
      inserted: count,
      updated: count,
      deleted: count,
      durationMs: z.number(),
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
      // Absent in records of before these were counted.
      conflicts: count.default(0),
      setAside: count.default(0),
      redelivered: count.default(0),
      orphaned: count.default(0),
    })
    .nullable(),
  quarantine: z.array(z.object({ reason: z.string(), records: count, replayed: count })).default([]),
});

/** The last run that had something to do, or null. A record of another version's shape counts as none. */
export async function readRun(ledger: LedgerStore): Promise<RunRecord | null> {
  const stored = await ledger.readState(STATE_NAMES.run);
  if (stored === null) return null;
  const parsed = runRecordSchema.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : null;
}

export async function writeRun(ledger: LedgerStore, run: RunRecord): Promise<void> {
  await replaceState(ledger, STATE_NAMES.run, JSON.stringify(run));
}

/** The lake's state has another writer although the caller holds the lease: the run must stop. */
export class LostLeaseError extends Error {
  override readonly name = 'LostLeaseError';
}

/**
 * Writes a state value whatever stood there; throws LostLeaseError when another writer is at it too. A client that sends
 * a write again, since the first answer was lost, is refused by its own value: that is no other writer.
 */
export async function replaceState(ledger: LedgerStore, name: string, value: string): Promise<void> {
  const expected = await ledger.readState(name);
  if (expected === value || (await ledger.writeState(name, expected, value))) return;
  if ((await ledger.readState(name)) === value) return;
  throw new LostLeaseError(`another run wrote the lake's state "${name}" meanwhile; this run stops`);
}
