import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fills a folder once: `fill` works beside it and the whole is renamed, so that a broken-off download leaves no folder
 * and two runs at once do not meet. Returns the folder. What `fill` throws is passed on.
 */
export async function installOnce(
  cacheFolder: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(cacheFolder, name);
  if (existsSync(target)) return target;
  const draft = join(cacheFolder, `.${name}-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  try {
    await fill(draft);
    moveUnlessThere(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

function moveUnlessThere(draft: string, target: string): void {
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another run was faster; what it made is as good.
    if (!existsSync(target)) throw error;
  }
}
