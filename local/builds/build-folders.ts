import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type PublishedBuild, publishedBuild } from '../../lambdas/domain/published-build.ts';
import { isProcessRunning } from '../process-running.ts';
import { faultOfFileError, fileErrorCode } from '../storage-error.ts';

/**
 * How published builds lie in a lake:
 *
 *     builds/current.json           the pointer: {"build": name}, replaced by a rename
 *     builds/<build>/build.json     what the build is, with a digest for each file
 *     builds/<build>/<table>.parquet, or <table>/<period>.parquet: lambdas/domain/build-files.ts
 *     builds/.writing-<build>/      under construction; a killed run's goes with the next
 *     builds/.removing-<build>/     on its way out
 *     builds/.reading/<process>-<n> names the build that a process reads, and so keeps it
 */
const POINTER = 'current.json';
const DESCRIPTION = 'build.json';
const READING = '.reading';

const pointer = z.object({ build: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/) });

/** A run's id as the name of a folder that every file system and DuckDB's search path take. */
export function buildNameOf(runId: string): string {
  return runId.replaceAll(/[^A-Za-z0-9_.-]/g, '');
}

/** The build that the pointer names; null when there is none, or not all of its files are there. */
export function currentBuild(buildsFolder: string): PublishedBuild | null {
  const text = readIfThere(path.join(buildsFolder, POINTER));
  if (text === null) return null;
  const named = pointer.safeParse(parsed(text));
  return named.success ? wholeBuild(buildsFolder, named.data.build) : null;
}

/** A build with all of its files in their size, or null. */
export function wholeBuild(buildsFolder: string, name: string): PublishedBuild | null {
  const folder = path.join(buildsFolder, name);
  const text = readIfThere(path.join(folder, DESCRIPTION));
  if (text === null) return null;
  const described = publishedBuild.safeParse(parsed(text));
  if (!described.success) return null;
  const isWhole = described.data.tables.every(({ files }) =>
    files.every(({ file, sizeBytes }) => {
      const found = statSync(path.join(folder, file), { throwIfNoEntry: false });
      return found?.size === sizeBytes;
    }),
  );
  return isWhole ? described.data : null;
}

export function describeBuild(folder: string, build: PublishedBuild): void {
  writeFileSync(path.join(folder, DESCRIPTION), `${JSON.stringify(build, null, 2)}\n`, { flush: true });
}

/** Written beside and renamed: whoever reads it meanwhile sees the old name or the new one. */
export function movePointer(buildsFolder: string, name: string): void {
  const file = path.join(buildsFolder, POINTER);
  writeFileSync(`${file}.new`, `${JSON.stringify({ build: name })}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}

/** An empty folder under which a build is written. */
export function beginWriting(buildsFolder: string, name: string): string {
  mkdirSync(buildsFolder, { recursive: true });
  for (const entry of readdirSync(buildsFolder)) {
    if (/^\.(writing|removing)-/.test(entry)) {
      rmSync(path.join(buildsFolder, entry), { recursive: true, force: true });
    }
  }
  const folder = path.join(buildsFolder, `.writing-${name}`);
  mkdirSync(folder);
  return folder;
}

/** Gives a build its name, in place of a broken one that has it. */
export function endWriting(buildsFolder: string, name: string): void {
  const folder = path.join(buildsFolder, name);
  if (existsSync(folder)) removeBuild(buildsFolder, name);
  renameSync(path.join(buildsFolder, `.writing-${name}`), folder);
}

/**
 * Removes builds but the one that stands, the newest `keep` and those that a running process reads. Names sort as
 * their runs began.
 */
export function removeOldBuilds(buildsFolder: string, current: string, keep: number): void {
  const names = readdirSync(buildsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
    .reverse();
  const kept = new Set([current, ...names.filter((name) => name !== current).slice(0, keep - 1)]);
  const read = buildsBeingRead(buildsFolder);
  for (const name of names) if (!kept.has(name) && !read.has(name)) removeBuild(buildsFolder, name);
}

/** Renamed first, so that nobody finds half a build under its name. */
function removeBuild(buildsFolder: string, name: string): void {
  const removing = path.join(buildsFolder, `.removing-${name}`);
  rmSync(removing, { recursive: true, force: true });
  renameSync(path.join(buildsFolder, name), removing);
  rmSync(removing, { recursive: true, force: true });
}

/** A build that stays where it is until it is let go of. */
export interface BuildInUse {
  readonly build: PublishedBuild;
  readonly folder: string;
  release(): void;
}

let marks = 0;

/** Takes the build that stands for reading; null when none does. The caller releases it. */
export function useCurrentBuild(buildsFolder: string): BuildInUse | null {
  for (;;) {
    const build = currentBuild(buildsFolder);
    if (build === null) return null;
    const release = markAsRead(buildsFolder, build.build);
    // Between the pointer and the mark, runs may have gone on and removed it: then another one stands.
    if (wholeBuild(buildsFolder, build.build) !== null) {
      return { build, folder: path.join(buildsFolder, build.build), release };
    }
    release();
  }
}

/** Gives what takes the mark away. Who may not write into the lake reads without one. */
function markAsRead(buildsFolder: string, name: string): () => void {
  const folder = path.join(buildsFolder, READING);
  marks += 1;
  const mark = path.join(folder, `${process.pid}-${marks}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(mark, name);
  } catch (error) {
    if (faultOfFileError(error) !== 'denied') throw error;
    return () => undefined;
  }
  return () => rmSync(mark, { force: true });
}

/** Marks of processes that no longer run are cleared. */
function buildsBeingRead(buildsFolder: string): ReadonlySet<string> {
  const folder = path.join(buildsFolder, READING);
  if (!existsSync(folder)) return new Set();
  const names = new Set<string>();
  for (const entry of readdirSync(folder)) {
    const mark = path.join(folder, entry);
    if (isProcessRunning(Number(entry.split('-')[0]))) names.add(readIfThere(mark) ?? '');
    else rmSync(mark, { force: true });
  }
  return names;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(fileErrorCode(error))) return null;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
