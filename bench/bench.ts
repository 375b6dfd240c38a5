/** One number of a bench. Times and rates are of this machine; only ratios may be quoted. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `events/s`, `ratio`, `s`, `ms`, `MB`, ... */
  readonly unit: string;
  /** What it should not exceed, or should reach. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface BenchOptions {
  /** How many events to work on; absent: the bench's own number. */
  readonly events?: number;
  /** How often to repeat what is short; the figures are medians. */
  readonly runs?: number;
  /** Says on stderr what is going on. */
  progress(text: string): void;
}

export interface Bench {
  /** As `--only` takes it, and the name of its file under results/. */
  readonly name: string;
  readonly meaning: string;
  measure(options: BenchOptions): Promise<readonly Figure[]>;
}
