export interface DrainCounts {
  /** Calls of the consumer that succeeded, partly or whole. */
  readonly batches: number;
  readonly records: number;
  /** Calls that failed, or that reported failed records. */
  readonly failures: number;
  /** Records that were given up and lie at the failure destination. */
  readonly discarded: number;
  /** Records that had left the stream before anybody read them: they are lost. */
  readonly expired: number;
  /** Of the records that waited when the drain began: how many still do. */
  readonly waiting: number;
  readonly isAborted: boolean;
}

export type CountedWork = Omit<DrainCounts, 'waiting' | 'isAborted'>;

export const NO_WORK: CountedWork = { batches: 0, records: 0, failures: 0, discarded: 0, expired: 0 };

export function addedWork(left: CountedWork, right: Partial<CountedWork>): CountedWork {
  return {
    batches: left.batches + (right.batches ?? 0),
    records: left.records + (right.records ?? 0),
    failures: left.failures + (right.failures ?? 0),
    discarded: left.discarded + (right.discarded ?? 0),
    expired: left.expired + (right.expired ?? 0),
  };
}
