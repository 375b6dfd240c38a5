import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Lake } from './lake.ts';
import { isProcessRunning } from './process-running.ts';

const NAME = /^process-(\d+)$/;

/** This process's own folder for spill files in the lake, made when it is missing. */
export function ownTempFolder(lake: Lake): string {
  const folder = path.join(lake.tempFolder, `process-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function removeOwnTempFolder(lake: Lake): void {
  rmSync(path.join(lake.tempFolder, `process-${process.pid}`), { recursive: true, force: true });
}

/** Spill folders of processes that no longer run: nobody will ever read them. */
export function abandonedTempFolders(lake: Lake): readonly string[] {
  if (!existsSync(lake.tempFolder)) return [];
  return readdirSync(lake.tempFolder)
    .filter((name) => {
      const owner = NAME.exec(name)?.[1];
      return owner !== undefined && !isProcessRunning(Number(owner));
    })
    .map((name) => path.join(lake.tempFolder, name));
}

export function removeAbandonedTempFolders(lake: Lake): void {
  for (const folder of abandonedTempFolders(lake)) rmSync(folder, { recursive: true, force: true });
}
