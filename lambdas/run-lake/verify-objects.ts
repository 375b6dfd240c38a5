import { hash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { LedgerObject, StoredLedgerRow } from '../domain/ledger.ts';
import { readableKey, type SetAside } from '../domain/set-aside.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** Enough to hide the latency of S3; an object holds one batch, so memory stays below a hundred megabytes. */
const READS_AT_ONCE = 32;
/** Far above the 6 MB of a batch; what inflates beyond it is no object of ours. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

export interface VerifyDependencies {
  readonly ledger: LedgerStore;
  readonly objects: ObjectStore;
  readonly telemetry: Telemetry;
}

interface NamedObject {
  readonly ledgerId: string;
  readonly object: LedgerObject;
}

/**
 * Reads objects that the rows name and notes each one that is missing or holds other bytes than the ledger says, so
 * that the lake goes on without it; and those noted before whose bytes are whole again.
 *
 * @param isSuspect which objects to read; those with a note always are
 * @param onRead called after each object that was read, with how many there are to read
 * @returns how many objects are out of reach now and were not before
 */
export async function setAsideBroken(
  deps: VerifyDependencies,
  rows: readonly StoredLedgerRow[],
  isSuspect: (object: LedgerObject, row: StoredLedgerRow) => boolean,
  onRead: (total: number) => void = () => undefined,
): Promise<number> {
  const before = notesByKey(await deps.ledger.setAsides());
  const suspects = namedObjects(
    rows,
    (object, row) => (before.size > 0 && before.has(object.key)) || isSuspect(object, row),
  );
  await eachOf(suspects, async (named) => {
    await verify(deps, named, before);
    onRead(suspects.length);
  });
  const after = notesByKey(await deps.ledger.setAsides());
  const lost = suspects.filter(
    ({ object }) => readableKey(object.key, before) !== null && readableKey(object.key, after) === null,
  );
  if (lost.length > 0) deps.telemetry.count('ObjectsSetAside', lost.length);
  return lost.length;
}

export function notesByKey(notes: readonly SetAside[]): ReadonlyMap<string, SetAside> {
  return new Map(notes.map((note) => [note.objectKey, note]));
}

/** Each wanted object once, under the first row that names it. */
function namedObjects(
  rows: readonly StoredLedgerRow[],
  isWanted: (object: LedgerObject, row: StoredLedgerRow) => boolean,
): readonly NamedObject[] {
  const named = new Map<string, NamedObject>();
  for (const row of rows) {
    for (const object of row.objects) {
      if (!named.has(object.key) && isWanted(object, row))
        named.set(object.key, { ledgerId: row.ledgerId, object });
    }
  }
  return [...named.values()];
}

async function verify(
  deps: VerifyDependencies,
  { ledgerId, object }: NamedObject,
  notes: ReadonlyMap<string, SetAside>,
): Promise<void> {
  const key = readableKey(object.key, notes);
  const detail = await faultOf(deps.objects, object, key ?? object.key);
  if (detail !== null && key !== null) {
    deps.telemetry.warn('object set aside', { objectKey: key, ledgerId, detail });
    await deps.ledger.setAside({ objectKey: key, ledgerId, detail, replacementKey: null });
  } else if (detail === null && key === null) {
    deps.telemetry.info('object is whole again', { objectKey: object.key, ledgerId });
    const note = { ledgerId, detail: 'whole again', replacementKey: object.key };
    await deps.ledger.setAside({ objectKey: object.key, ...note });
  }
}

/**
 * What is wrong with the bytes under the key, or null. A replacement has the same records, compressed as it may be; so
 * has an object whose writer died before its row, when another release of the compressor wrote the row.
 */
export async function faultOf(
  objects: ObjectStore,
  object: LedgerObject,
  key: string,
): Promise<string | null> {
  const bytes = await objects.get(key);
  if (bytes === null) return 'missing';
  if (key === object.key && hash('sha256', bytes, 'hex') === object.storedSha256) return null;
  const body = inflated(key, bytes);
  if (body === null) return 'cannot be decompressed';
  return hash('sha256', body, 'hex') === object.sha256 ? null : 'holds other records than were stored';
}

function inflated(key: string, bytes: Uint8Array): Uint8Array | null {
  try {
    const options = { maxOutputLength: MAX_BODY_BYTES };
    return key.endsWith('.zst') ? zstdDecompressSync(bytes, options) : gunzipSync(bytes, options);
  } catch {
    return null;
  }
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, items.length) }, worker));
}
