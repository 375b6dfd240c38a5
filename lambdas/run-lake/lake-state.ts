import { type Admission, parseAdmissions, withAdmission } from '../domain/admission.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/** Names under which a run keeps what outlives it. */
export const STATE_NAMES = {
  watermark: 'watermark_ms',
  reportingCurrency: 'reporting_currency',
  modelsFingerprint: 'models_fingerprint',
  setAside: 'set_aside',
  tableVersions: 'table_versions',
  admissions: 'admissions',
  unfinishedRun: 'unfinished_run',
  statementFence: 'statement_fence',
} as const;

export interface LakeState {
  readonly watermarkMs: number | null;
  readonly reportingCurrency: string | null;
  readonly modelsFingerprint: string | null;
  /** Which objects the last good build did without, or read elsewhere: setAsideState in readable-objects.ts. */
  readonly setAside: string;
  /** A run that has written into tables and not come to its end, in an engine that commits each table; else null. */
  readonly unfinishedRun: string | null;
}

export async function readLakeState(ledger: LedgerStore): Promise<LakeState> {
  const watermark = await ledger.readState(STATE_NAMES.watermark);
  return {
    watermarkMs: watermark === null ? null : Number(watermark),
    reportingCurrency: await ledger.readState(STATE_NAMES.reportingCurrency),
    modelsFingerprint: await ledger.readState(STATE_NAMES.modelsFingerprint),
    setAside: (await ledger.readState(STATE_NAMES.setAside)) ?? '',
    unfinishedRun: (await ledger.readState(STATE_NAMES.unfinishedRun)) || null,
  };
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

/** What backfills have let in, in the order in which they ran. */
export async function readAdmissions(ledger: LedgerStore): Promise<readonly Admission[]> {
  return parseAdmissions(await ledger.readState(STATE_NAMES.admissions));
}

/** Writes one more admission; the same again changes nothing. */
export async function admit(ledger: LedgerStore, admission: Admission): Promise<void> {
  const admissions = withAdmission(await readAdmissions(ledger), admission);
  await replaceState(ledger, STATE_NAMES.admissions, JSON.stringify(admissions));
}

/** Takes back what a run let in, since it has failed: a backfill that fails holds up no later run. */
export async function withdraw(ledger: LedgerStore, runId: string): Promise<void> {
  const admissions = await readAdmissions(ledger);
  const kept = admissions.filter((admission) => admission.runId !== runId);
  if (kept.length < admissions.length) {
    await replaceState(ledger, STATE_NAMES.admissions, JSON.stringify(kept));
  }
}
