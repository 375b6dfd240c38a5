import type { LedgerObject, StoredLedgerRow } from '../domain/ledger.ts';
import { readableKey, type SetAside } from '../domain/set-aside.ts';

/** An object that a ledger row names, and where its records can be read now. */
export interface ReadableObject {
  readonly ledgerId: string;
  readonly object: LedgerObject;
  /** Of the object itself or of its replacement; null when it was set aside. */
  readonly key: string | null;
}

export function readableObjects(
  row: StoredLedgerRow,
  notes: ReadonlyMap<string, SetAside>,
): readonly ReadableObject[] {
  return row.objects.map((object) => ({
    ledgerId: row.ledgerId,
    object,
    key: notes.size === 0 ? object.key : readableKey(object.key, notes),
  }));
}

/**
 * Patterns that match the readable objects below a prefix and none that was set aside: engines fail on an object that
 * does not decompress, also where a filter leaves its rows out. Ordinarily one pattern; else one per folder, and the
 * single names in folders that hold a broken object. Each matches something, which DuckDB demands.
 */
export function objectPatterns(prefix: string, objects: readonly ReadableObject[]): readonly string[] {
  const below = objects.filter(({ object }) => object.key.startsWith(prefix));
  const keys = [...new Set(below.flatMap(({ key }) => key ?? []))];
  if (keys.length === 0) return [];
  const spoiled = new Set(
    below.filter(({ object, key }) => key !== object.key).map(({ object }) => folderOf(object.key)),
  );
  if (spoiled.size === 0) return [`${prefix}**/${EVERY_OBJECT}`];
  const patterns = keys.map((key) => (spoiled.has(folderOf(key)) ? key : `${folderOf(key)}/${EVERY_OBJECT}`));
  return [...new Set(patterns)].sort();
}

/** Of either compression, `.gz` and `.zst`. */
const EVERY_OBJECT = '*.ndjson.*';

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/**
 * What distinguishes one build's objects from another's over the same ledger rows, as a short text: the objects that
 * are out of reach or replaced. Empty when there are none.
 */
export function setAsideState(
  pairs: readonly { readonly key: string; readonly replacementKey: string | null }[],
): string {
  const texts = pairs.map(({ key, replacementKey }) => JSON.stringify([key, replacementKey]));
  return [...new Set(texts)].sort().join('\n');
}

/** The same of the ledger's rows and notes as they stand. */
export function setAsideStateOf(
  rows: readonly StoredLedgerRow[],
  notes: ReadonlyMap<string, SetAside>,
): string {
  if (notes.size === 0) return '';
  const changed = rows
    .flatMap((row) => readableObjects(row, notes))
    .filter(({ object, key }) => key !== object.key);
  return setAsideState(changed.map(({ object, key }) => ({ key: object.key, replacementKey: key })));
}
