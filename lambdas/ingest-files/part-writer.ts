import { hash } from 'node:crypto';
import type { Compression } from '../consume-events/compression.ts';
import { LineBuffer } from '../consume-events/line-buffer.ts';
import type { LedgerObject, ObjectKind } from '../domain/ledger.ts';
import { utcDate, utcHour } from '../domain/time.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Uncompressed. A reader holds some dozens of objects at once, and a ledger row names all of a file's. */
export const PART_BYTES = 8_388_608;

export interface PartPlace {
  readonly kind: ObjectKind;
  /** Key up to the date, `raw/file_orders/`. */
  readonly prefix: string;
  /** Of the name, before the number of the part. */
  readonly stem: string;
  /** When the file counts as having arrived. */
  readonly slotMs: number;
  readonly compression: Compression;
  /** Null: nothing is written, as in a dry run. */
  readonly objects: Pick<ObjectStore, 'putIfAbsent'> | null;
}

/**
 * Lines of one kind on their way into objects, cut by size. A part's key comes from the file's content, the part's number
 * and the part's own bytes: a file that was cut off or refused and comes again meets its objects or writes beside them,
 * never over them.
 */
export class PartWriter {
  readonly #place: PartPlace;
  readonly #partBytes: number;
  #lines: LineBuffer;
  readonly #entries: LedgerObject[] = [];

  constructor(place: PartPlace, partBytes: number = PART_BYTES) {
    this.#place = place;
    this.#partBytes = partBytes;
    this.#lines = new LineBuffer(FIRST_BYTES);
  }

  /** Lines go in here; then ask isFull. */
  get lines(): LineBuffer {
    return this.#lines;
  }

  get isFull(): boolean {
    return this.#lines.body.length >= this.#partBytes;
  }

  /** What was written so far, in order. */
  get entries(): readonly LedgerObject[] {
    return this.#entries;
  }

  /** Writes what has gathered; nothing when there is nothing. */
  async flush(): Promise<void> {
    const { body, lines: records } = this.#lines;
    if (records === 0) return;
    const { kind, prefix, stem, slotMs, compression, objects } = this.#place;
    const sha256 = hash('sha256', body, 'hex');
    const part = String(this.#entries.length).padStart(5, '0');
    const name = `${stem}_${part}_${sha256.slice(0, 16)}${compression.extension}`;
    const ingestDate = utcDate(slotMs);
    const key = `${prefix}ingest_date=${ingestDate}/${name}`;
    const compressed = compression.compress(body);
    await objects?.putIfAbsent(key, compressed);
    this.#entries.push({
      kind,
      key,
      ingestDate,
      ingestHour: utcHour(slotMs),
      sha256,
      records,
      sizeBytes: compressed.length,
      storedSha256: hash('sha256', compressed, 'hex'),
    });
    this.#lines = new LineBuffer(FIRST_BYTES);
  }
}

const FIRST_BYTES = 262_144;
