/** The time that is left for the work, as the caller's clock tells it. */
export interface TimeBudget {
  remainingMs(): number;
  /** What finishing the work in hand may take: with no more left, none is begun. */
  readonly marginMs: number;
}
