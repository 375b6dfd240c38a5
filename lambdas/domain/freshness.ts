/** How old the newest arrival of a source may be. */
export interface FreshnessLimit {
  /** As in the ledger: `events`, ... */
  readonly source: string;
  /** Null: never told. */
  readonly warnAfterS: number | null;
  /** Null: it never stops the publication. */
  readonly errorAfterS: number | null;
}

export interface Freshness {
  readonly limits: readonly FreshnessLimit[];
  /**
   * Until when ages count: the slot of a scheduled run. Null: until the newest arrival of any source, for lakes whose
   * time is not this machine's.
   */
  readonly asOfMs: number | null;
}

/** No source is too old. */
export const ANY_AGE: Freshness = { limits: [], asOfMs: null };

/**
 * Of a deployed lake: the stream is told of when it has been silent for six hours. A snapshot of the store that is
 * unchanged writes no ledger row, so that its age there tells nothing.
 */
export function streamFreshness(asOfMs: number): Freshness {
  return { limits: [{ source: 'events', warnAfterS: 6 * 3_600, errorAfterS: null }], asOfMs };
}
