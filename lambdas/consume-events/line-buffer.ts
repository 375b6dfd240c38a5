const FIRST_CAPACITY_BYTES = 65_536;
const LINE_FEED = 0x0a;

/** Bytes that grow by doubling, so that a body of any size is written in linear time. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  #length = 0;
  #lines = 0;

  get lines(): number {
    return this.#lines;
  }

  /** A view of what was written; only valid until the next write. */
  get body(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Text of ASCII characters only. */
  ascii(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'), 0);
  }

  bytes(source: Uint8Array, from: number, to = source.length): void {
    this.#reserve(to - from);
    this.#bytes.set(source.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  endLine(): void {
    this.#reserve(1);
    this.#bytes[this.#length] = LINE_FEED;
    this.#length += 1;
    this.#lines += 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.body);
    this.#bytes = grown;
  }
}
