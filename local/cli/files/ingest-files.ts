import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import type { BadRowLimit } from '../../../lambdas/domain/datasets/bad-row-limit.ts';
import type { Dataset } from '../../../lambdas/domain/datasets/dataset.ts';
import { RAW_COMPRESSION } from '../../../lambdas/domain/raw-compression.ts';
import type { FileReport } from '../../../lambdas/ingest-files/file-report.ts';
import { type FileDependencies, ingestFile } from '../../../lambdas/ingest-files/ingest-file.ts';
import type { Separator } from '../../../lambdas/ingest-files/separators.ts';
import { LakeError, openLake } from '../../lake.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import type { CommandContext } from '../context.ts';
import { InterruptedError } from '../errors.ts';
import { holdingLake } from '../lake-lease.ts';
import { claimForUser, openUserLake } from '../user-lake.ts';
import { type LocalFile, openLocalFile } from './local-file.ts';

export interface IngestFilesRequest {
  readonly paths: readonly string[];
  /** Null: told by the columns. */
  readonly dataset: Dataset | null;
  /** Null: told by the header. */
  readonly separator: Separator | null;
  /** Null: the dataset's own. */
  readonly maxBadRows: BadRowLimit | null;
  /** A snapshot may have become far smaller. */
  readonly acceptsShrink: boolean;
  readonly isDryRun: boolean;
  readonly waitS: number;
}

/** A report with the path under which the person named the file. */
export interface PathReport extends FileReport {
  readonly path: string;
}

/**
 * Takes in files one after another, all of one slot: now. A file that is refused does not hold up the others. Paths that
 * name no file end the command before anything is read. Throws CommandError, InterruptedError, LakeError.
 */
export async function ingestFiles(
  context: CommandContext,
  request: IngestFilesRequest,
): Promise<readonly PathReport[]> {
  const files = request.paths.map((path) => ({ path, file: openLocalFile(path) }));
  const stores = await openStores(context, request.isDryRun);
  try {
    if (request.isDryRun || stores === null) return await each(context, request, { files, stores });
    const hold = { command: 'ingest', waitS: request.waitS };
    return await holdingLake(context, stores.leases, hold, (held) =>
      each(context, request, { files, stores, check: () => held.check() }),
    );
  } finally {
    stores?.close();
  }
}

interface Work {
  readonly files: readonly { readonly path: string; readonly file: LocalFile }[];
  readonly stores: LakeStores | null;
  /** Throws once another command has taken the lake over. */
  readonly check?: () => void;
}

async function each(
  context: CommandContext,
  request: IngestFilesRequest,
  { files, stores, check }: Work,
): Promise<readonly PathReport[]> {
  const slotMs = context.clock.nowMs();
  const compression = openCompression(RAW_COMPRESSION);
  const step = context.reporter.step('Reading', {
    unit: 'bytes',
    total: files.reduce((sum, { file }) => sum + file.sizeBytes, 0),
  });
  let readBytes = 0;
  const deps: FileDependencies = {
    stores,
    compression,
    onBytes: (bytes) => {
      readBytes += bytes;
      // Each byte is read twice.
      step.update(Math.floor(readBytes / 2));
    },
    mayGoOn: () => {
      check?.();
      if (context.interrupt.signal.aborted)
        throw new InterruptedError('Stopped as asked: no file counts in part, bring them again.');
    },
  };
  const reports: PathReport[] = [];
  const { dataset, separator, maxBadRows, acceptsShrink, isDryRun } = request;
  for (const { path, file } of files) {
    const report = await ingestFile(
      { file, slotMs, dataset, separator, maxBadRows, acceptsShrink, isDryRun },
      deps,
    );
    reports.push({ path, ...report });
  }
  step.end();
  return reports;
}

/** The lake is made when there is none; a dry run makes nothing, and without a lake nothing has landed before. */
async function openStores(context: CommandContext, isDryRun: boolean): Promise<LakeStores | null> {
  if (isDryRun) {
    try {
      return await openLakeStores(openLake(context.lakeFolder), context.clock);
    } catch (error) {
      if (error instanceof LakeError && error.problem === 'missing') return null;
      throw error;
    }
  }
  const lake = openUserLake(context);
  claimForUser(context, lake);
  return openLakeStores(lake, context.clock);
}
