import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  type FilePeriod,
  filePeriods,
  MAX_ROWS_OF_PERIOD,
  renderPartitionRows,
} from '../../lambdas/domain/build-files.ts';
import {
  hasSameColumns,
  type PublishedBuild,
  type PublishedFile,
  type PublishedTable,
  tableOf,
} from '../../lambdas/domain/published-build.ts';
import { versionOfPartition, versionText, wholeVersionText } from '../../lambdas/domain/table-version.ts';
import type {
  BuildPublisher,
  BuildToPublish,
  Published,
  TableToPublish,
  TableToRestore,
} from '../../lambdas/ports/build-publisher.ts';
import type { SqlEngine } from '../../lambdas/ports/sql-engine.ts';
import { faultOfFileError, storageError } from '../storage-error.ts';
import {
  beginWriting,
  buildNameOf,
  currentBuild,
  describeBuild,
  endWriting,
  movePointer,
  removeOldBuilds,
  wholeBuild,
} from './build-folders.ts';
import { inLanes } from './lanes.ts';
import {
  digestOfText,
  flushAll,
  type Queries,
  readInto,
  type WrittenFile,
  writePeriods,
  writeWhole,
} from './parquet-files.ts';

export interface ParquetPublisherOptions {
  /** Absolute. */
  readonly buildsFolder: string;
  /** How many builds stay, the one that stands among them; at least 1. */
  readonly keep: number;
  /** So many rows a file may hold before its period is cut; default MAX_ROWS_OF_PERIOD. */
  readonly maxRowsOfPeriod?: number;
}

/** The build before, from which files are taken, and how its successor is cut. */
interface LastBuild {
  readonly folder: string;
  readonly tables: readonly PublishedTable[];
  readonly maxRowsOfPeriod: number;
}

/**
 * Share of a table's rows that lie in partitions which one run has changed: from MOST on it is one file, since then its
 * periods cost three times that file each time; it is cut again below FEW.
 */
const MOST = 1 / 2;
const FEW = 1 / 4;

interface TableInFolder {
  readonly described: Pick<PublishedTable, 'name' | 'columns' | 'version'>;
  /** Those of the build before. */
  readonly kept: readonly PublishedFile[];
  /** Those that had to be written; they are not flushed yet. */
  readonly written: readonly WrittenFile[];
  readonly isReused: boolean;
}

/**
 * Builds as folders of Parquet files beside a pointer. What no run has changed since the build before is a hard link to
 * its file there, so that a small change costs a small build. Throws StorageError, SqlError.
 */
export class ParquetPublisher implements BuildPublisher {
  readonly #options: ParquetPublisherOptions;

  constructor(options: ParquetPublisherOptions) {
    this.#options = options;
  }

  async current(): Promise<PublishedBuild | null> {
    return currentBuild(this.#options.buildsFolder);
  }

  async publish(engine: SqlEngine, toPublish: BuildToPublish): Promise<Published> {
    const { buildsFolder, keep } = this.#options;
    try {
      const name = buildNameOf(toPublish.runId);
      const standing = wholeBuild(buildsFolder, name);
      const published =
        standing === null
          ? await this.#write(engine, name, toPublish)
          : { build: standing, reused: 0, written: { files: 0, rows: 0 } };
      movePointer(buildsFolder, name);
      removeOldBuilds(buildsFolder, name, keep);
      return published;
    } catch (error) {
      const fault = faultOfFileError(error);
      if (fault === null) throw error;
      throw storageError(fault, 'Cannot publish a build in', { path: buildsFolder, cause: error });
    }
  }

  async restore(engine: SqlEngine, table: TableToRestore): Promise<void> {
    const { buildsFolder } = this.#options;
    const standing = currentBuild(buildsFolder);
    const found = standing?.tables.find(({ name }) => name === table.name);
    const columns = table.columns.map(({ name, type }) => ({ name, type }));
    if (standing === null || found === undefined || !hasSameColumns({ columns }, found)) return;
    const files = found.files.map(({ file }) => path.join(buildsFolder, standing.build, file));
    await readInto(engine, found, files);
  }

  async #write(engine: SqlEngine, name: string, toPublish: BuildToPublish): Promise<Published> {
    const { buildsFolder } = this.#options;
    const standing = currentBuild(buildsFolder);
    const last: LastBuild = {
      folder: path.join(buildsFolder, standing?.build ?? ''),
      tables: standing?.tables ?? [],
      maxRowsOfPeriod: this.#options.maxRowsOfPeriod ?? MAX_ROWS_OF_PERIOD,
    };
    const folder = beginWriting(buildsFolder, name);
    const flushes: Promise<readonly PublishedFile[]>[] = [];
    const { runId, publishedAt, watermark, checks } = toPublish;
    const beside = await engine.beside?.();
    const lanes: readonly Queries[] = beside === undefined ? [engine] : [engine, beside];
    const tables = await inLanes(lanes, toPublish.tables, async (lane, table) => {
      const inFolder = await tableInto(lane, folder, { table, last, runId });
      // The disk is busy with one table while the engine writes the next.
      const flush = flushAll(folder, inFolder.written);
      flush.catch(ignore);
      flushes.push(flush);
      return inFolder;
    }).finally(() => beside?.close());
    const written = (await Promise.all(flushes)).flat();
    const flushed = new Map(written.map((file) => [file.file, file]));
    const build: PublishedBuild = {
      ...{ product: 'millpond', formatVersion: 2, build: name, runId, publishedAt, watermark },
      ...{ tables: tables.map((table) => publishedTable(table, flushed)), checks: [...checks] },
    };
    describeBuild(folder, build);
    endWriting(buildsFolder, name);
    return {
      build,
      reused: tables.filter(({ isReused }) => isReused).length,
      written: { files: written.length, rows: written.reduce((sum, { rows }) => sum + rows, 0) },
    };
  }
}

/** For a failure that is awaited later, unless another one comes first. */
function ignore(): void {}

/** Brings a table into the folder: by links where nothing has changed, else written. */
async function tableInto(
  engine: Queries,
  folder: string,
  {
    table,
    last,
    runId,
  }: { readonly table: TableToPublish; readonly last: LastBuild; readonly runId: string },
): Promise<TableInFolder> {
  const found = last.tables.find(({ name }) => name === table.name);
  const before = found !== undefined && hasSameColumns(table, found) ? found : null;
  const text = wholeVersionText(table.version);
  const version = text === null ? null : nameOfVersion(text);
  if (before !== null && version !== null && before.version === version) {
    for (const { file } of before.files) take(file, last.folder, folder);
    return { described: before, kept: before.files, written: [], isReused: true };
  }
  const cut = await periodsOf(engine, table, table.maxRowsOfPeriod ?? last.maxRowsOfPeriod);
  const periods =
    before !== null && isBestWhole(before, table, { periods: cut, runId })
      ? [{ period: null, partitions: null, rows: null, version }]
      : cut;
  const kept: PublishedFile[] = [];
  const changed: VersionedPeriod[] = [];
  for (const period of periods) {
    const files = before === null ? [] : unchangedFiles(before.files, period);
    if (files.length === 0) changed.push(period);
    else kept.push(...files);
  }
  for (const { file } of kept) take(file, last.folder, folder);
  const written = await writeChanged(engine, folder, { table, changed });
  return {
    described: { name: table.name, columns: [...table.columns], version },
    kept,
    written,
    isReused: false,
  };
}

function publishedTable(
  { described, kept, written }: TableInFolder,
  flushed: ReadonlyMap<string, PublishedFile>,
): PublishedTable {
  const files = [...kept, ...written.flatMap(({ file }) => flushed.get(file) ?? [])];
  return tableOf(
    described,
    files.sort((left, right) => (left.file < right.file ? -1 : 1)),
  );
}

interface VersionedPeriod extends FilePeriod {
  readonly version: string | null;
}

async function periodsOf(
  engine: Queries,
  table: TableToPublish,
  maxRows: number,
): Promise<readonly VersionedPeriod[]> {
  const { partition, name } = table;
  const { rows } =
    partition.kind === 'none' ? { rows: [] } : await engine.query(renderPartitionRows(name, partition));
  const found = rows.map(([value, count]) => ({ partition: String(value), rows: Number(count) }));
  return filePeriods(partition, found, maxRows).map((period) => {
    const text = versionText(table.version, period.partitions);
    return { ...period, version: text === null ? null : nameOfVersion(text) };
  });
}

/** Whether the run has changed a table of many files nearly everywhere. */
function isBestWhole(
  before: PublishedTable,
  { version }: TableToPublish,
  { periods, runId }: { readonly periods: readonly FilePeriod[]; readonly runId: string },
): boolean {
  if (before.rows === 0 || periods.length === 1) return false;
  const isChanged = ({ partitions }: FilePeriod) =>
    partitions?.some((partition) => versionOfPartition(version, partition) === runId);
  const changed = rowsOf(periods.filter(isChanged));
  const isWhole = before.files.every(({ period }) => period === null);
  return changed >= (isWhole ? FEW : MOST) * rowsOf(periods);
}

function rowsOf(periods: readonly FilePeriod[]): number {
  return periods.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

/** Files of the build before that hold the period still. Its rows are counted too: a wrong file would go unseen. */
function unchangedFiles(
  files: readonly PublishedFile[],
  { period, version, rows }: VersionedPeriod,
): readonly PublishedFile[] {
  if (version === null) return [];
  const found = files.filter((file) => file.period === period && file.version === version);
  const counted = found.reduce((sum, file) => sum + file.rows, 0);
  return rows === null || rows === counted ? found : [];
}

async function writeChanged(
  engine: Queries,
  folder: string,
  { table, changed }: { readonly table: TableToPublish; readonly changed: readonly VersionedPeriod[] },
): Promise<readonly WrittenFile[]> {
  const dated = changed.flatMap(({ period, rows }) => (period === null ? [] : [{ period, rows: rows ?? 0 }]));
  const versions = new Map(changed.map(({ period, version }) => [period, version]));
  const found =
    table.partition.kind === 'none' || dated.length < changed.length
      ? changed.length === 0
        ? []
        : [await writeWhole(engine, folder, table)]
      : await writePeriods(engine, folder, {
          ...{ name: table.name, columns: table.columns },
          ...{ dateColumn: table.partition.column, periods: dated },
        });
  return found.map((file) => ({ ...file, version: versions.get(file.period) ?? null }));
}

/** One run's name as it is, as builds of earlier Millponds have it; many runs by a digest. */
function nameOfVersion(text: string): string {
  return text.length <= 64 ? text : digestOfText(text);
}

/** A hard link, or a copy, since some file systems know none. */
function take(file: string, fromFolder: string, toFolder: string): void {
  const target = path.join(toFolder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  try {
    linkSync(path.join(fromFolder, file), target);
  } catch {
    copyFileSync(path.join(fromFolder, file), target);
  }
}
