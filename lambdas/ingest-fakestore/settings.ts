import { MINIMUM_SHARE_PERCENT } from '../domain/lost-too-much.ts';

/** Limits of one ingestion. Every wait, size and count that the API could stretch has one. */
export interface FakestoreSettings {
  /** From the request to the last byte of its answer. */
  readonly attemptTimeoutMs: number;
  /** All attempts for one kind and the pauses between them. The kinds run side by side. */
  readonly totalDeadlineMs: number;
  readonly maxAttempts: number;
  /** Pause before attempt n + 1: random between 0 and min(cap, base * 2^(n - 1)). */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** A longer Retry-After is left to the next slot: calling earlier than asked would not honour it. */
  readonly retryAfterCapMs: number;
  /** Of an answer's body, after decompression. */
  readonly maxBodyBytes: number;
  /** A snapshot with fewer entities than this share of the last accepted one is refused. */
  readonly minimumSharePercent: number;
  /** From so long after a whole answer on, the list is asked for whole, whatever its validators say. */
  readonly wholeAnswerEveryMs: number;
  /** From so many slots failed in a row on, a slot makes one attempt and no more, until one succeeds. */
  readonly circuitAfterFailures: number;
  /** zlib, 1 to 9. */
  readonly gzipLevel: number;
}

export const DEFAULT_FAKESTORE_SETTINGS: FakestoreSettings = {
  attemptTimeoutMs: 10_000,
  totalDeadlineMs: 60_000,
  maxAttempts: 5,
  backoffBaseMs: 250,
  backoffCapMs: 8_000,
  retryAfterCapMs: 30_000,
  maxBodyBytes: 16_777_216,
  minimumSharePercent: MINIMUM_SHARE_PERCENT,
  wholeAnswerEveryMs: 86_400_000,
  circuitAfterFailures: 5,
  gzipLevel: 6,
};
