import type { Compression } from '../consume-events/compression.ts';
import type { BadRowLimit } from '../domain/datasets/bad-row-limit.ts';
import { DATASETS } from '../domain/datasets/catalogue.ts';
import type { Dataset } from '../domain/datasets/dataset.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { InputFile } from '../ports/input-file.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type FileIdentity, fileLedgerId, skippedFileRow } from './file-ledger-row.ts';
import type { FileReport } from './file-report.ts';
import type { FileShape } from './file-shape.ts';
import { hashFile } from './hash-file.ts';
import { landRows, type PreviousSnapshot } from './land-rows.ts';
import { openFile } from './open-file.ts';
import { RefusedFileError } from './refused-file-error.ts';
import { brokenParts, type FileStores, restoringStores } from './restore-objects.ts';
import { SEPARATOR_WORDS, type Separator } from './separators.ts';

export interface FileRequest {
  readonly file: InputFile;
  /** When the file counts as having arrived; a retry may bring another one. */
  readonly slotMs: number;
  /** Null: told by the columns. */
  readonly dataset: Dataset | null;
  /** Null: told by the header. */
  readonly separator: Separator | null;
  /** Null: the dataset's own. */
  readonly maxBadRows: BadRowLimit | null;
  /** Everything is read and judged, nothing written. */
  readonly isDryRun: boolean;
  /** Of a snapshot: an operator's word that it may hold far fewer rows than the one before. Absent: no. */
  readonly acceptsShrink?: boolean;
}

export interface FileDependencies {
  /** Null in a dry run without a lake. */
  readonly stores: { readonly objects: ObjectStore; readonly ledger: LedgerStore } | null;
  readonly compression: Compression;
  /** Bytes read since the last call. Each byte of a file is read twice: to know it, and to take it in. */
  readonly onBytes: (bytes: number) => void;
  /** Uncompressed size from which on a part is written; default PART_BYTES. */
  readonly partBytes?: number;
  /** Called between pieces of work; may throw to end them. What was written so far counts nowhere. */
  readonly mayGoOn: () => void;
}

/**
 * Takes in one file: it is hashed, and skipped when the same bytes have landed before; else its rows are judged one by
 * one, good ones land in raw, bad ones in quarantine, in parts as they come, and the ledger row that names the parts is
 * written last. Readers see only what the ledger names, so a file that is refused or cut off half-way counts nowhere,
 * and can be brought again. Memory is bounded whatever its size. A file that comes again also mends those of its
 * objects that were lost or damaged.
 *
 * @returns what became of it; a file that cannot be taken is an outcome, not an exception
 * @throws what the file, the object store or the ledger throw: bring the file again then
 */
export async function ingestFile(request: FileRequest, deps: FileDependencies): Promise<FileReport> {
  const { file, slotMs, isDryRun } = request;
  const sha256 = await hashFile(file, counting(deps));
  const known = await landedRow(deps.stores?.ledger ?? null, sha256);
  if (known !== null) {
    const identity = { source: known.source, sha256, name: file.name, slotMs };
    const report = await skipped(identity, known, isDryRun ? null : (deps.stores?.ledger ?? null));
    const mended = isDryRun ? '' : await mendParts(request, known, deps);
    return { ...report, detail: `${report.detail}${mended}` };
  }
  try {
    return await takeIn(request, sha256, deps);
  } catch (error) {
    if (error instanceof RefusedFileError) return refusedReport(file.name, sha256, error);
    throw error;
  }
}

async function takeIn(request: FileRequest, sha256: string, deps: FileDependencies): Promise<FileReport> {
  const { file, dataset, separator, slotMs } = request;
  const opened = await openFile(file, { sha256, dataset, separator, onBytes: counting(deps) });
  const { shape } = opened;
  try {
    const landing = await landRows(opened.rows, {
      shape,
      identity: { source: shape.dataset.source, sha256, name: file.name, slotMs },
      limit: request.maxBadRows ?? shape.dataset.maxBadRows,
      compression: deps.compression,
      partBytes: deps.partBytes,
      stores: request.isDryRun ? null : deps.stores,
      previous: request.acceptsShrink === true ? null : await previousSnapshot(shape.dataset, slotMs, deps),
      requireUnchanged: () => opened.requireUnchanged(),
    });
    return { ...describe(file.name, sha256, shape), ...landing };
  } finally {
    await opened.close();
  }
}

/**
 * The file lends its bytes to those of its objects that readers had to go on without. It lands as it did then, at its
 * first slot, so that what is written is what was; says in words what came of it.
 */
async function mendParts(
  request: FileRequest,
  known: StoredLedgerRow,
  deps: FileDependencies,
): Promise<string> {
  if (deps.stores === null) return '';
  const notes = await deps.stores.ledger.setAsides();
  const broken = brokenParts(known, notes);
  if (broken.length === 0) return '';
  const stores = restoringStores(broken, notes, deps.stores);
  try {
    await landAgain(request, known, { ...deps, stores });
  } catch (error) {
    if (!(error instanceof RefusedFileError)) throw error;
    return `; its ${broken.length} broken objects stay so: ${error.message}`;
  }
  return `; ${stores.mended.length} of ${broken.length} objects that were broken are whole again`;
}

/** Throws RefusedFileError for a file that cannot be read today, as by another separator than then. */
async function landAgain(
  { file, separator }: FileRequest,
  known: StoredLedgerRow,
  deps: Omit<FileDependencies, 'stores'> & { readonly stores: FileStores },
): Promise<void> {
  const sha256 = known.ledgerId.slice(known.source.length + 1);
  const dataset = DATASETS.find(({ source }) => source === known.source) ?? null;
  const opened = await openFile(file, { sha256, dataset, separator, onBytes: counting(deps) });
  try {
    await landRows(opened.rows, {
      shape: opened.shape,
      identity: {
        source: known.source,
        sha256,
        name: known.fileName ?? file.name,
        slotMs: Date.parse(known.minArrivalTime),
      },
      limit: { kind: 'percent', percent: 100 },
      compression: deps.compression,
      partBytes: deps.partBytes,
      stores: deps.stores,
      previous: null,
      requireUnchanged: () => opened.requireUnchanged(),
    });
  } finally {
    await opened.close();
  }
}

function counting({
  onBytes,
  mayGoOn,
}: Pick<FileDependencies, 'onBytes' | 'mayGoOn'>): (bytes: number) => void {
  return (bytes) => {
    onBytes(bytes);
    mayGoOn();
  };
}

/** The row under which the bytes landed, of whatever dataset; null when they have not. */
async function landedRow(ledger: LedgerStore | null, sha256: string): Promise<StoredLedgerRow | null> {
  if (ledger === null) return null;
  for (const { source } of DATASETS) {
    const id = fileLedgerId(source, sha256);
    const found = (await ledger.rows({ source })).find((row) => row.ledgerId === id);
    if (found !== undefined) return found;
  }
  return null;
}

/** The snapshot that a file of this slot follows; null for the first, and where files add to what there is. */
async function previousSnapshot(
  { mode, source }: Dataset,
  slotMs: number,
  { stores }: FileDependencies,
): Promise<PreviousSnapshot | null> {
  if (mode !== 'snapshot' || stores === null) return null;
  const rows = (await stores.ledger.rows({ source })).filter(
    (row) => row.objects.length > 0 && Date.parse(row.minArrivalTime) <= slotMs,
  );
  // Rows come by id, so of one slot the greater id is the later one, as in staging.
  const newest = rows.reduce<StoredLedgerRow | null>(
    (latest, row) => (latest === null || row.minArrivalTime >= latest.minArrivalTime ? row : latest),
    null,
  );
  return newest === null ? null : { slot: newest.minArrivalTime, rows: newest.accepted };
}

async function skipped(
  file: FileIdentity,
  known: StoredLedgerRow,
  ledger: LedgerStore | null,
): Promise<FileReport> {
  const isRenamed = known.fileName !== file.name;
  if (isRenamed) await ledger?.append(skippedFileRow(file));
  const dataset = DATASETS.find(({ source }) => source === file.source)?.name ?? null;
  const as = isRenamed && known.fileName !== undefined ? ` as ${known.fileName}` : '';
  return {
    ...emptyReport(file.name, file.sha256),
    outcome: 'skipped',
    dataset,
    detail: `the same content landed before${as}, ${known.minArrivalTime}`,
  };
}

function describe(name: string, sha256: string, { dataset, format, csv }: FileShape): FileReport {
  const absent = dataset.columns.filter((_, at) => csv !== null && (csv.match.places[at] ?? -1) < 0);
  return {
    ...emptyReport(name, sha256),
    dataset: dataset.name,
    format,
    separator: csv === null || format === 'parquet' ? null : SEPARATOR_WORDS[csv.separator],
    extraColumns: csv?.match.extra.map((each) => each.name) ?? [],
    absentColumns: absent.map((column) => column.name),
  };
}

function refusedReport(name: string, sha256: string, { problem, message }: RefusedFileError): FileReport {
  return { ...emptyReport(name, sha256), outcome: 'refused', problem, detail: message };
}

function emptyReport(name: string, sha256: string): FileReport {
  return {
    name,
    outcome: 'landed',
    sha256,
    dataset: null,
    format: null,
    separator: null,
    rows: 0,
    accepted: 0,
    bad: 0,
    badReasons: {},
    badRows: [],
    extraColumns: [],
    absentColumns: [],
    objects: 0,
    problem: null,
    detail: '',
  };
}
