import type { NetworkFaults } from './network-faults.ts';

/** One store that a contract suite makes for each test, and any number of clients of it. */
export interface Subject<T> {
  /** Another client of the same store, as a second process would have. A fake may give the same object twice. */
  open(): Promise<T>;
  close(): Promise<void>;
}

/** A store behind a network. */
export interface NetworkSubject<T> extends Subject<T> {
  /** A client whose line to the store is as bad as told. */
  openThrough(faults: NetworkFaults): Promise<T>;
}
