import type { StoredLedgerRow } from '../domain/ledger.ts';
import { readableKey, type SetAside } from '../domain/set-aside.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { notesByKey } from '../run-lake/verify-objects.ts';

/** What landing a file writes to. */
export interface FileStores {
  readonly objects: Pick<ObjectStore, 'putIfAbsent'>;
  readonly ledger: Pick<LedgerStore, 'append'>;
}

const EXTENSION = /\.ndjson\.[a-z]+$/;
const MAX_REPLACEMENTS = 9;

/** The notes on objects of a file that landed which readers go on without: the file can give them again. */
export function brokenParts(row: StoredLedgerRow, notes: readonly SetAside[]): readonly SetAside[] {
  const byKey = notesByKey(notes);
  return row.objects.flatMap(({ key }) => {
    const note = byKey.get(key);
    return note !== undefined && readableKey(key, byKey) === null ? [note] : [];
  });
}

/**
 * Stores that take in a file once more for its broken parts alone: each is written under its own key when nothing is
 * there, else beside with `_r1` in its name, and noted as mended, so that the next run reads it. A part is known by its
 * key, which holds the digest of its lines: what comes out otherwise today mends nothing. `mended` gathers their keys.
 */
export function restoringStores(
  broken: readonly SetAside[],
  notes: readonly SetAside[],
  stores: { readonly objects: ObjectStore; readonly ledger: LedgerStore },
): FileStores & { readonly mended: readonly string[] } {
  const mended: string[] = [];
  const byKey = notesByKey(notes);
  return {
    mended,
    objects: {
      putIfAbsent: async (key, body) => {
        const note = broken.find(({ objectKey }) => stemOf(objectKey) === stemOf(key));
        if (note === undefined) return 'exists';
        const replacementKey = await writeBeside(key, body, { objects: stores.objects, byKey });
        await stores.ledger.setAside({ ...note, replacementKey });
        mended.push(note.objectKey);
        return 'created';
      },
    },
    ledger: { append: async () => 'exists' },
  };
}

/** The compression, and so the extension, may have changed since. */
function stemOf(key: string): string {
  return key.replace(EXTENSION, '');
}

/** Under the first name that is free, or that an earlier try wrote and nobody has found broken. */
async function writeBeside(
  key: string,
  body: Uint8Array,
  { objects, byKey }: { readonly objects: ObjectStore; readonly byKey: ReadonlyMap<string, SetAside> },
): Promise<string> {
  if ((await objects.putIfAbsent(key, body)) === 'created') return key;
  for (let attempt = 1; attempt <= MAX_REPLACEMENTS; attempt += 1) {
    const beside = key.replace(EXTENSION, (extension) => `_r${attempt}${extension}`);
    const written = await objects.putIfAbsent(beside, body);
    if (written === 'created' || !byKey.has(beside)) return beside;
  }
  throw new Error(`${key} has ${MAX_REPLACEMENTS} replacements, and all of them are broken: mend the store`);
}
