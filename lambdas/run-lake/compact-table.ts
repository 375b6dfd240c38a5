import {
  MANY_FILES,
  renderFileCounts,
  renderOptimize,
  renderVacuum,
} from '../domain/models/render-compaction.ts';
import { type SqlEngine, SqlError } from '../ports/sql-engine.ts';

/** The files of an Iceberg table as they stand. */
export interface TableFiles {
  readonly dataFiles: number;
  /** Files that say which rows of data files are gone. */
  readonly deleteFiles: number;
  readonly sizeBytes: number;
}

/** What compaction did to a table: nothing where few files stand. */
export interface CompactionReport {
  readonly table: string;
  readonly before: TableFiles;
  readonly after: TableFiles;
}

export interface FileCounts extends TableFiles {
  readonly crowdedPartitions: number;
  /** Those that nobody needs any more. */
  readonly oldSnapshots: number;
}

/** A round of Athena rewrites or removes 20,000 files. */
const MAX_ROUNDS = 50;
const MORE_ROUNDS = /MORE_RUNS_NEEDED/;
/** A missing schema is no missing table: then nothing would be looked at. */
const NO_TABLE = /\bTable '.*' does not exist|TABLE_NOT_FOUND/;

/** Null for a table that is not there, and on a laptop, where tables have no files of their own. */
export async function readFileCounts(engine: SqlEngine, table: string): Promise<FileCounts | null> {
  if (engine.dialect === 'duckdb') return null;
  try {
    const { rows } = await engine.query(renderFileCounts(table));
    const [dataFiles = 0, deleteFiles = 0, sizeBytes = 0, crowdedPartitions = 0, oldSnapshots = 0] = (
      rows[0] ?? []
    ).map(Number);
    return { dataFiles, deleteFiles, sizeBytes, crowdedPartitions, oldSnapshots };
  } catch (error) {
    if (error instanceof SqlError && NO_TABLE.test(error.message)) return null;
    throw error;
  }
}

/** Whether a rewrite is worth its bytes. */
export function needsRewrite({ crowdedPartitions, deleteFiles }: FileCounts): boolean {
  return crowdedPartitions > 0 || deleteFiles >= MANY_FILES;
}

/**
 * Writes the files of a table anew where they are many, and lets go of what no reader can want any more. No row changes;
 * repeating it does nothing. Null for a table that is not there. Throws SqlError.
 */
export async function compactTable(engine: SqlEngine, table: string): Promise<CompactionReport | null> {
  const counts = await readFileCounts(engine, table);
  if (counts === null || engine.dialect === 'duckdb') return null;
  if (needsRewrite(counts)) await untilDone(engine, renderOptimize(table, engine.dialect));
  if (counts.oldSnapshots > 0) {
    for (const statement of renderVacuum(table, engine.dialect)) await untilDone(engine, statement);
  }
  const before = filesOf(counts);
  if (!needsRewrite(counts)) return { table, before, after: before };
  const left = await readFileCounts(engine, table);
  return { table, before, after: left === null ? before : filesOf(left) };
}

/** By how many files the table has become smaller. */
export function filesFewer({ before, after }: CompactionReport): number {
  return before.dataFiles + before.deleteFiles - after.dataFiles - after.deleteFiles;
}

function filesOf({ dataFiles, deleteFiles, sizeBytes }: FileCounts): TableFiles {
  return { dataFiles, deleteFiles, sizeBytes };
}

/** Athena does so many files at a time, and says so by an error. Throws SqlError. */
async function untilDone(engine: SqlEngine, statement: string): Promise<void> {
  for (let round = 1; ; round += 1) {
    try {
      await engine.execute(statement);
      return;
    } catch (error) {
      const isRound = error instanceof SqlError && MORE_ROUNDS.test(error.message);
      if (!isRound || round === MAX_ROUNDS) throw error;
    }
  }
}
