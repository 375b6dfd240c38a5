const LINE_FEED = 0x0a;

/** Bytes that grow by doubling, so that a body of any size is written in linear time. */
export class LineBuffer {
  #bytes: Buffer;
  #length = 0;
  #lines = 0;

  /** `capacityBytes`: how much will probably come; more fits too. */
  constructor(capacityBytes: number) {
    this.#bytes = Buffer.allocUnsafe(capacityBytes);
  }

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
    this.#reserve(Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** source[from, to). */
  bytes(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    // Buffer's own subarray makes another Buffer, which takes longer than copying an event.
    const part = new Uint8Array(source.buffer, source.byteOffset + from, to - from);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
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
