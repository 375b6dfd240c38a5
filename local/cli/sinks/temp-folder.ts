import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Destination } from './destination.ts';

/** A folder beside no lake: of the machine's temporary ones, made when it is asked for. */
export function machineTempFolder(): Pick<Destination, 'tempFolder' | 'clean'> {
  let folder: string | null = null;
  return {
    tempFolder: () => {
      folder ??= mkdtempSync(path.join(tmpdir(), 'millpond-'));
      return folder;
    },
    clean: () => {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      folder = null;
    },
  };
}
