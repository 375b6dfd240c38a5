import type { Partition } from '../domain/models/model.ts';
import type { PublishedBuild, PublishedTable } from '../domain/published-build.ts';
import type { TableVersion } from '../domain/table-version.ts';
import type { SqlEngine } from './sql-engine.ts';

/** A table that the engine holds, with what runs have changed in it. */
export interface TableToPublish extends Pick<PublishedTable, 'name' | 'columns'> {
  readonly partition: Partition;
  /** So many rows a file may hold before its period is cut; absent: the publisher's own number. For rows that are large. */
  readonly maxRowsOfPeriod?: number;
  readonly version: TableVersion;
}

/** A build as a run hands it over: what it says of itself, and its tables. */
export interface BuildToPublish
  extends Pick<PublishedBuild, 'runId' | 'publishedAt' | 'watermark' | 'checks'> {
  readonly tables: readonly TableToPublish[];
}

/** A table by its header; more than name and type of its columns is not read. */
export interface TableToRestore {
  readonly name: string;
  readonly columns: readonly PublishedTable['columns'][number][];
}

/** What publishing did. */
export interface Published {
  readonly build: PublishedBuild;
  /** Tables taken whole from the build before, since no run has changed them. */
  readonly reused: number;
  /** What had to be written; all else was taken from the build before. */
  readonly written: { readonly files: number; readonly rows: number };
}

/**
 * Where builds stand for those who read: whole sets of tables, of which a pointer names one. A reader of a build
 * neither waits for a run nor is waited for.
 */
export interface BuildPublisher {
  /** The build that the pointer names, or null when none stands or its files are not all there. */
  current(): Promise<PublishedBuild | null>;
  /**
   * Writes every table into a new build, then moves the pointer, atomically: whoever dies before leaves the old one.
   * Files of the build before stay in use for periods that no run has changed since. The tables are committed as they
   * are to be read. Older builds may go, but for some that are kept for a while.
   */
  publish(engine: SqlEngine, build: BuildToPublish): Promise<Published>;
  /**
   * Adds to an empty table of the engine the rows that the build which stands has of it; none when no build stands, or
   * its columns are others. For what cannot be computed again.
   */
  restore(engine: SqlEngine, table: TableToRestore): Promise<void>;
}
