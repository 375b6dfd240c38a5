import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';

/** Objects as files, without what makes the real store safe and slow. */
export function folderObjects(folder: string): ObjectStore {
  const fileOf = (key: string) => join(folder, key);
  return {
    async putIfAbsent(key, body) {
      const file = fileOf(key);
      if (existsSync(file)) return 'exists';
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      return 'created';
    },
    async get(key) {
      const file = fileOf(key);
      return existsSync(file) ? readFileSync(file) : null;
    },
    list() {
      throw new Error('no run lists objects: the ledger names them');
    },
    locationOf: fileOf,
  };
}
