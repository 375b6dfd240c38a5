/** The only waiting: what a time limit or a pause between attempts stands on, so that tests need not wait. */
export interface Timers {
  /** Calls `action` once, `delayMs` from now, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemTimers: Timers = {
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
