import { hash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { LedgerObject } from '../domain/ledger.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** A ledgered object is gone, or holds other bytes than the ledger says. */
export class BrokenObjectError extends Error {
  override readonly name = 'BrokenObjectError';
  readonly objectKey: string;

  constructor(objectKey: string, problem: string, options?: ErrorOptions) {
    super(`${objectKey} ${problem}`, options);
    this.objectKey = objectKey;
  }
}

/** No batch is longer: a payload of 6 MB, in base64 for quarantine, with coordinates. More is a bomb, not a batch. */
const MAX_BODY_BYTES = 256 * 1_048_576;
const LINE_FEED = 0x0a;

/** The body of a ledgered object, proved by its digest. Throws BrokenObjectError, and what the store throws. */
export async function readLandedBody(
  objects: ObjectStore,
  entry: Pick<LedgerObject, 'key' | 'sha256'>,
): Promise<Buffer> {
  const stored = await objects.get(entry.key);
  if (stored === null) throw new BrokenObjectError(entry.key, 'is missing');
  const body = decompressed(entry.key, stored);
  if (hash('sha256', body, 'hex') !== entry.sha256)
    throw new BrokenObjectError(entry.key, 'holds other bytes than its ledger row says');
  return body;
}

/** Its lines, without their ends. Throws as readLandedBody does. */
export async function readLandedLines(
  objects: ObjectStore,
  entry: Pick<LedgerObject, 'key' | 'sha256'>,
): Promise<readonly Buffer[]> {
  return linesOf(await readLandedBody(objects, entry));
}

function linesOf(body: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(LINE_FEED, from);
    const to = end < 0 ? body.length : end;
    lines.push(body.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

function decompressed(key: string, stored: Uint8Array): Buffer {
  const options = { maxOutputLength: MAX_BODY_BYTES };
  try {
    return key.endsWith('.zst') ? zstdDecompressSync(stored, options) : gunzipSync(stored, options);
  } catch (cause) {
    throw new BrokenObjectError(key, 'cannot be decompressed', { cause });
  }
}
