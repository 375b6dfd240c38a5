import { openCompression } from '../consume-events/compression.ts';
import { LANDING_PREFIX, REPORTS_PREFIX } from '../domain/datasets/landing-prefixes.ts';
import type { CompressionSettings } from '../domain/raw-compression.ts';
import { isoFromMs } from '../domain/time.ts';
import type { DroppedFile, LandingZone } from '../ports/landing-zone.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { TimeBudget } from '../ports/time-budget.ts';
import type { DropRequest } from './drop-request.ts';
import { fileAnswer } from './file-answer.ts';
import type { FileReport } from './file-report.ts';
import { ingestFile } from './ingest-file.ts';

export interface DropDependencies {
  readonly zone: LandingZone;
  /** Of the landing bucket, for reports. */
  readonly reports: ObjectStore;
  /** Of the raw bucket. */
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  readonly compression: CompressionSettings;
  readonly telemetry: Telemetry;
  readonly budget: TimeBudget;
}

export type DropReport =
  /** The key is a folder's, as consoles make them, or not of a dropped file. */
  | { readonly outcome: 'ignored' }
  | (ReturnType<typeof fileAnswer> & {
      /** Key of the report in the landing bucket. */
      readonly report: string;
    });

/** Reading the file took longer than the function may. What it had written counts nowhere. */
export class UnfinishedFileError extends Error {
  override readonly name = 'UnfinishedFileError';
}

/**
 * Takes in a file that was dropped, as a laptop takes one: rows to raw, the ledger row last. Then a report is written
 * beside it, and then a file that was taken is marked. Each step may be repeated: a file whose row stands is skipped,
 * reported and marked. A file that is refused stays as it is, with the reason in its report.
 *
 * @throws UnfinishedFileError, and what the zone, the object stores or the ledger throw: give it again then
 */
export async function takeDroppedFile(request: DropRequest, deps: DropDependencies): Promise<DropReport> {
  const { key } = request;
  if (!key.startsWith(LANDING_PREFIX) || key.endsWith('/')) return { outcome: 'ignored' };
  const report = await ingestFile(
    { ...request, file: deps.zone.open(request), isDryRun: false },
    {
      stores: { objects: deps.objects, ledger: deps.ledger },
      compression: openCompression(deps.compression),
      onBytes: () => undefined,
      mayGoOn: () => requireTime(deps.budget),
    },
  );
  const reportKey = reportKeyOf(request, report);
  await deps.reports.putIfAbsent(reportKey, Buffer.from(reportText(request, report)));
  if (report.outcome !== 'refused') await deps.zone.markTaken(request);
  tell(deps.telemetry, report, reportKey);
  return { ...fileAnswer(report), report: reportKey };
}

function requireTime({ remainingMs, marginMs }: TimeBudget): void {
  if (remainingMs() > marginMs) return;
  throw new UnfinishedFileError(
    'The file was not read within the time of the function: part it, or give the function more memory',
  );
}

/** `reports/orders/a.csv/20260301T060000000Z_<digest16>_refused.json`: a retry writes the same one. */
function reportKeyOf({ key, slotMs }: DropRequest, { sha256, outcome }: FileReport): string {
  const slot = isoFromMs(slotMs).replace(/[-:.]/g, '');
  const name = `${slot}_${sha256.slice(0, 16)}_${outcome === 'refused' ? 'refused' : 'taken'}.json`;
  return `${REPORTS_PREFIX}${key.slice(LANDING_PREFIX.length)}/${name}`;
}

function reportText(request: DropRequest & DroppedFile, report: FileReport): string {
  const { key, versionId, slotMs } = request;
  const again = { key, versionId, slot: isoFromMs(slotMs) };
  return `${JSON.stringify({ file: key, ...fileAnswer(report), again }, null, 2)}\n`;
}

const OUTCOME_METRICS = {
  landed: 'FilesLanded',
  skipped: 'FilesSkipped',
  refused: 'FilesRefused',
} as const satisfies Record<FileReport['outcome'], string>;

/** Neither name nor words of a file: a header that is none may be data. The report beside the file has them. */
function tell(telemetry: Telemetry, report: FileReport, objectKey: string): void {
  const { outcome, dataset, rows, accepted, bad, problem } = report;
  const fields = { kind: dataset, outcome, received: rows, accepted, badRows: bad, failure: problem };
  if (outcome === 'refused') telemetry.warn('a dropped file was refused', { ...fields, objectKey });
  else telemetry.info('a dropped file was taken', fields);
  telemetry.count(OUTCOME_METRICS[outcome], 1);
  if (outcome !== 'landed') return;
  telemetry.count('FileRowsAccepted', accepted);
  telemetry.count('FileRowsQuarantined', bad);
}
