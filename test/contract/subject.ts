/** One store that a contract suite makes for each test, and any number of clients of it. */
export interface Subject<T> {
  /** Another client of the same store, as a second process would have. A fake may give the same object twice. */
  open(): Promise<T>;
  close(): Promise<void>;
}
