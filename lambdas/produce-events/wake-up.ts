/** Somebody sleeps until something happens. One sleeper at a time. */
export class WakeUp {
  #wake: (() => void) | null = null;

  /** Resolves at the next call, or when the signal is aborted. */
  async sleep(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    signal?.removeEventListener('abort', wake);
    this.#wake = null;
  }

  call(): void {
    this.#wake?.();
  }
}
