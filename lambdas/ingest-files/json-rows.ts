import { MAX_RECORD_BYTES } from '../domain/events/check-record.ts';
import type { ReadRow } from './read-row.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How much of a line that is too long goes to quarantine. */
const KEPT_BYTES = 65_536;

/**
 * The lines of NDJSON, a group per chunk; blank ones are passed over. Memory is bounded by a chunk and the longest line
 * that may be an event: a longer one is a bad row, kept by its beginning.
 */
export async function* readJsonRows(
  chunks: AsyncIterable<Buffer>,
  skipBytes: number,
): AsyncGenerator<readonly ReadRow[]> {
  const cutter = new LineCutter(skipBytes);
  for await (const chunk of chunks) yield cutter.push(chunk);
  yield cutter.end();
}

class LineCutter {
  #skipBytes: number;
  /** The beginning of a line whose end is still to come. */
  #open: Buffer[] = [];
  #openBytes = 0;
  #keptBytes = 0;
  #line = 0;

  constructor(skipBytes: number) {
    this.#skipBytes = skipBytes;
  }

  push(chunk: Buffer): readonly ReadRow[] {
    const rows: ReadRow[] = [];
    let start = Math.min(this.#skipBytes, chunk.length);
    this.#skipBytes -= start;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#append(chunk.subarray(start, end));
      this.#take(rows);
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
    return rows;
  }

  end(): readonly ReadRow[] {
    const rows: ReadRow[] = [];
    if (this.#openBytes > 0) this.#take(rows);
    return rows;
  }

  #append(part: Buffer): void {
    this.#openBytes += part.length;
    if (part.length === 0 || this.#keptBytes > MAX_RECORD_BYTES) return;
    this.#open.push(part);
    this.#keptBytes += part.length;
  }

  #take(rows: ReadRow[]): void {
    this.#line += 1;
    const [only] = this.#open;
    const bytes = this.#open.length === 1 && only !== undefined ? only : Buffer.concat(this.#open);
    const sizeBytes = this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
    this.#keptBytes = 0;
    const line = this.#line;
    if (sizeBytes > MAX_RECORD_BYTES) {
      const detail = `a line is at most ${MAX_RECORD_BYTES} bytes, this one has ${sizeBytes}`;
      const body = bytes.subarray(0, KEPT_BYTES);
      rows.push({ kind: 'bad', line, breach: { reason: 'too_large', detail }, body });
    } else if (!isBlank(bytes)) {
      rows.push({
        kind: 'json',
        line,
        bytes: bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes,
      });
    }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
