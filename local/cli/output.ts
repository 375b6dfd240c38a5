import type { Writable } from 'node:stream';
import { fileErrorCode } from '../storage-error.ts';

/** Whoever read our output has closed it (`| head`): no failure, there is just nothing left to do. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

const BUFFER_SIZE = 65_536;

/** Data on its way out: buffered, waits for a slow reader. */
export class Output {
  readonly #stream: Writable;
  #pending: (string | Uint8Array)[] = [];
  #pendingSize = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
    // Without a listener a closed pipe would end the process; the write's callback brings the same error.
    stream.on('error', () => undefined);
  }

  /** Throws OutputClosedError once the reader is gone. */
  async write(data: string | Uint8Array): Promise<void> {
    this.#pending.push(data);
    this.#pendingSize += data.length;
    if (this.#pendingSize >= BUFFER_SIZE) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pendingSize === 0) return;
    const bytes = joined(this.#pending);
    this.#pending = [];
    this.#pendingSize = 0;
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else
          reject(
            isClosed(error) ? new OutputClosedError('The reader closed the output', { cause: error }) : error,
          );
      });
    });
  }
}

function joined(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length === parts.length) return Buffer.from(texts.join(''));
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

function isClosed(error: Error): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(fileErrorCode(error));
}
