import { InterruptedError } from './errors.ts';

/**
 * Ctrl-C and termination. The first asks the command to stop after the step in hand; the second ends at once, after
 * the clean-ups (which must be synchronous).
 */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #cleanups = new Set<() => void>();
  readonly #notify: (text: string) => void;
  #endsAtOnce = false;

  constructor(notify: (text: string) => void) {
    this.#notify = notify;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Throws InterruptedError once the person asked to stop; called between steps. */
  check(): void {
    if (this.signal.aborted)
      throw new InterruptedError('Stopped as asked: the next `run` goes on from here.');
  }

  /** Runs `cleanup` should the process end at once; the result takes it off the list again. */
  onAbruptEnd(cleanup: () => void): () => void {
    this.#cleanups.add(cleanup);
    return () => this.#cleanups.delete(cleanup);
  }

  /** For work that only reads: the first Ctrl-C ends it. */
  endAtOnce(): void {
    this.#endsAtOnce = true;
  }

  /** Listens to the process; the result stops listening. `exit` ends the process. */
  listen(source: NodeJS.EventEmitter, exit: (code: number) => void): () => void {
    const handler = () => this.#received(exit);
    for (const name of ['SIGINT', 'SIGTERM']) source.on(name, handler);
    return () => {
      for (const name of ['SIGINT', 'SIGTERM']) source.off(name, handler);
    };
  }

  #received(exit: (code: number) => void): void {
    if (this.signal.aborted || this.#endsAtOnce) {
      for (const cleanup of this.#cleanups) cleanup();
      exit(130);
      return;
    }
    this.#notify('Stopping after the step in hand; press Ctrl-C again to stop at once.');
    this.#controller.abort();
  }
}
