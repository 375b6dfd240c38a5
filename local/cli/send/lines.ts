/** One line of a file, without its line end. */
export interface Line {
  /** 1-based, as an editor counts. */
  readonly number: number;
  readonly sizeBytes: number;
  /** The line's bytes; null when it is longer than allowed: then only its size was kept. */
  readonly bytes: Uint8Array | null;
}

/** Takes what is too long to be kept in memory, part by part, as it comes. */
export interface LongLines {
  write(part: Uint8Array): void;
  /** The line whose parts were written is whole. */
  endLine(): void;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts bytes into lines at LF (a CR before it belongs to the line end), a group of lines per chunk. Memory is bounded
 * by the chunk and `maxLineBytes`: what is longer is counted and goes to `longLines`, if to anyone, so that a line of 2 GB
 * costs no memory. A byte order mark at the very beginning is left out; the last line need not end.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
  longLines?: LongLines,
): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter(maxLineBytes, longLines);
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const rest = splitter.end();
  if (rest !== null) yield [rest];
}

class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #longLines: LongLines | undefined;
  /** The beginning of a line whose end is still to come. */
  #open: Buffer[] = [];
  #openBytes = 0;
  #number = 0;
  #endsInReturn = false;
  #isLong = false;

  constructor(maxLineBytes: number, longLines: LongLines | undefined) {
    this.#maxLineBytes = maxLineBytes;
    this.#longLines = longLines;
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end === -1) break;
      this.#append(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
    return lines;
  }

  end(): Line | null {
    return this.#openBytes === 0 ? null : this.#take();
  }

  #append(part: Buffer): void {
    if (part.length === 0) return;
    this.#openBytes += part.length;
    this.#endsInReturn = part[part.length - 1] === CARRIAGE_RETURN;
    this.#open.push(part);
    // One byte more, for a carriage return that does not count.
    if (this.#openBytes > this.#maxLineBytes + 1 + BYTE_ORDER_MARK.length) this.#spill();
  }

  /** The line is too long: what there is of it goes out of memory. */
  #spill(): void {
    for (const part of this.#open) this.#longLines?.write(part);
    this.#open = [];
    this.#isLong = true;
  }

  #take(): Line {
    this.#number += 1;
    const kept = this.#open.length === 1 ? this.#open[0] : Buffer.concat(this.#open);
    const mark = this.#number === 1 && kept?.subarray(0, 3).equals(BYTE_ORDER_MARK) === true ? 3 : 0;
    const sizeBytes = this.#openBytes - mark - (this.#endsInReturn ? 1 : 0);
    const isKept = !this.#isLong && sizeBytes <= this.#maxLineBytes;
    if (!isKept) {
      this.#spill();
      this.#longLines?.endLine();
    }
    const line = {
      number: this.#number,
      sizeBytes,
      bytes: isKept && kept !== undefined ? kept.subarray(mark, mark + sizeBytes) : null,
    };
    this.#open = [];
    this.#openBytes = 0;
    this.#endsInReturn = false;
    this.#isLong = false;
    return line;
  }
}

/** Whether a line holds nothing but blanks: NDJSON readers pass over those, and so do we. */
export function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
