import type { ObjectStore } from '../../lambdas/ports/object-store.ts';

/** The same objects, under the location at which a cluster sees them. `root` ends with a slash. */
export function relocatedObjects(objects: ObjectStore, root: string): ObjectStore {
  return {
    putIfAbsent: (key, body) => objects.putIfAbsent(key, body),
    get: (key) => objects.get(key),
    list: (prefix) => objects.list(prefix),
    locationOf: (key) => `${root}${key}`,
  };
}
