import { DATASETS } from '../../../lambdas/domain/datasets/catalogue.ts';
import type { Dataset } from '../../../lambdas/domain/datasets/dataset.ts';
import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import { renderTable } from '../format/table.ts';
import { isCopy, reasonTotals } from '../lake-status.ts';
import { counted } from '../progress.ts';
import { reasonTexts } from '../status/troubles.ts';

/** A file that landed, as `--json` shows it. */
export interface LandedFile {
  readonly dataset: string;
  /** As it was first brought. */
  readonly file: string;
  readonly arrived_at: string;
  readonly sha256: string;
  readonly rows: number;
  readonly accepted: number;
  readonly quarantined: number;
  readonly quarantine_reasons: Readonly<Record<string, number>>;
  /** Its rows in raw_file_quarantine, under _shard_id. */
  readonly shard_id: string;
  readonly is_staged: boolean;
  /** Other names under which the same bytes came again, and were skipped. */
  readonly skipped_as: readonly string[];
}

/** All files that landed, a dataset after the other, each in the order of their arrival. */
export async function readLandedFiles(ledger: LedgerStore): Promise<readonly LandedFile[]> {
  const files: LandedFile[] = [];
  for (const dataset of DATASETS) {
    const rows = await ledger.rows({ source: dataset.source });
    const copies = Map.groupBy(rows.filter(isCopy), digestOf);
    const landed = rows.filter((row) => !isCopy(row));
    files.push(...landed.sort(byArrival).map((row) => landedFile(dataset, row, copies.get(digestOf(row)))));
  }
  return files;
}

/** `file_orders/<digest>`, of a copy with its name behind. */
function digestOf({ ledgerId }: StoredLedgerRow): string {
  return ledgerId.split('/')[1] ?? '';
}

function byArrival(left: StoredLedgerRow, right: StoredLedgerRow): number {
  const [a, b] = [left, right].map((row) => `${row.minArrivalTime} ${row.ledgerId}`);
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

function landedFile(
  { name }: Dataset,
  row: StoredLedgerRow,
  copies: readonly StoredLedgerRow[] = [],
): LandedFile {
  return {
    dataset: name,
    file: row.fileName ?? '',
    arrived_at: row.minArrivalTime,
    sha256: digestOf(row),
    rows: row.received,
    accepted: row.accepted,
    quarantined: row.quarantined,
    quarantine_reasons: reasonTotals([row]),
    shard_id: row.shardId,
    is_staged: row.stagedBy !== null,
    skipped_as: copies.map(({ fileName }) => fileName ?? '').sort(),
  };
}

/** The same for people. */
export function landedFilesText(files: readonly LandedFile[], maxWidth: number | null): string {
  if (files.length === 0) return 'No file has landed in this lake: `ingest files PATH`.';
  const columns = [
    { name: 'dataset', type: 'varchar' },
    { name: 'file', type: 'varchar' },
    { name: 'arrived_at', type: 'varchar' },
    { name: 'rows', type: 'bigint' },
    { name: 'in quarantine', type: 'varchar' },
    { name: 'skipped as', type: 'varchar' },
  ];
  const table = renderTable(
    columns,
    files.map((each) => [
      each.dataset,
      each.file,
      each.arrived_at,
      each.accepted,
      reasonTexts(each.quarantine_reasons, []).join(', '),
      each.skipped_as.join(', '),
    ]),
    maxWidth === null ? {} : { maxWidth },
  ).trimEnd();
  const bad = files.reduce((sum, { quarantined }) => sum + quarantined, 0);
  if (bad === 0) return table;
  return `${table}\n${counted(bad, 'bad row')}: \`query "select _dataset, _shard_id, _sequence_number, reason, detail, body from raw_file_quarantine"\``;
}
