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
