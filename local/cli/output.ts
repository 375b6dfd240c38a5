import type { Writable } from 'node:stream';
import { fileErrorCode } from '../storage-error.ts';

/** Whoever read our output has closed it (`| head`): no failure, there is just nothing left to do. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

const BUFFER_CHARACTERS = 65_536;

/** Data on its way out: buffered, waits for a slow reader. */
export class Output {
  readonly #stream: Writable;
  #pending = '';

  constructor(stream: Writable) {
    this.#stream = stream;
    // Without a listener a closed pipe would end the process; the write's callback brings the same error.
    stream.on('error', () => undefined);
  }

  /** Throws OutputClosedError once the reader is gone. */
  async write(text: string): Promise<void> {
    this.#pending += text;
    if (this.#pending.length >= BUFFER_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pending === '') return;
    const text = this.#pending;
    this.#pending = '';
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (error === null || error === undefined) resolve();
        else
          reject(
            isClosed(error) ? new OutputClosedError('The reader closed the output', { cause: error }) : error,
          );
      });
    });
  }
}

function isClosed(error: Error): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(fileErrorCode(error));
}
