import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads and logs of emulators stay between runs: outside the tree, by the XDG rule. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME;
  // XDG says that a relative path is to be ignored.
  const root = base?.startsWith('/') === true ? base : join(homedir(), '.cache');
  return join(root, 'millpond', 'emulators');
}
