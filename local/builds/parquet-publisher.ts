import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, linkSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  isUnchanged,
  type PublishedBuild,
  type PublishedTable,
} from '../../lambdas/domain/published-build.ts';
import type { BuildPublisher, BuildToPublish, Published } from '../../lambdas/ports/build-publisher.ts';
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

export interface ParquetPublisherOptions {
  /** Absolute. */
  readonly buildsFolder: string;
  /** How many builds stay, the one that stands among them; at least 1. */
  readonly keep: number;
}

/**
 * Builds as folders of Parquet files beside a pointer. A table that no run has changed is a hard link to the file of
 * the build before, so that a small change costs a small build. Throws StorageError, SqlError.
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
      const written =
        standing === null ? await this.#write(engine, name, toPublish) : { build: standing, reused: 0 };
      movePointer(buildsFolder, name);
      removeOldBuilds(buildsFolder, name, keep);
      return written;
    } catch (error) {
      const fault = faultOfFileError(error);
      if (fault === null) throw error;
      throw storageError(fault, 'Cannot publish a build in', { path: buildsFolder, cause: error });
    }
  }

  async #write(engine: SqlEngine, name: string, toPublish: BuildToPublish): Promise<Published> {
    const { buildsFolder } = this.#options;
    const before = currentBuild(buildsFolder);
    const folder = beginWriting(buildsFolder, name);
    const tables: PublishedTable[] = [];
    let reused = 0;
    for (const table of toPublish.tables) {
      const last = before?.tables.find((candidate) => candidate.name === table.name);
      if (before !== null && last !== undefined && isUnchanged(table, last)) {
        linkOrCopy(path.join(buildsFolder, before.build, last.file), path.join(folder, last.file));
        tables.push(last);
        reused += 1;
      } else {
        tables.push(await writeTable(engine, folder, table));
      }
    }
    const { runId, publishedAt, watermark, checks } = toPublish;
    const build: PublishedBuild = {
      ...{ product: 'millpond', formatVersion: 1, build: name, runId, publishedAt, watermark },
      ...{ tables, checks: [...checks] },
    };
    describeBuild(folder, build);
    endWriting(buildsFolder, name);
    return { build, reused };
  }
}

async function writeTable(
  engine: SqlEngine,
  folder: string,
  table: BuildToPublish['tables'][number],
): Promise<PublishedTable> {
  const file = `${table.name}.parquet`;
  const target = path.join(folder, file);
  const columns = table.columns.map(({ name }) => `"${name}"`).join(', ');
  const copied = await engine.query(
    `copy (select ${columns} from ${table.name}) to '${target.replaceAll("'", "''")}' (format parquet, compression zstd)`,
  );
  await flush(target);
  return {
    ...{ name: table.name, file, columns: table.columns.map((column) => ({ ...column })) },
    rows: Number(copied.rows[0]?.[0] ?? 0),
    sizeBytes: statSync(target).size,
    sha256: await digestOf(target),
    version: table.version,
  };
}

/** The pointer must not survive a loss of power that the files do not. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Some file systems know no hard links. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
