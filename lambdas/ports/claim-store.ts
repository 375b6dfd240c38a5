export interface ClaimRequest {
  /** Lower case. */
  readonly eventId: string;
  /** `<shard>#<sequence>` or `<shard>#<sequence>#<index>`: the coordinates that claim the id. */
  readonly owner: string;
  /** Digest of the event's content, to tell a duplicate from a conflict. */
  readonly digest: string;
  /**
   * Arrival of the asking record. A stored claim has expired when its `expiresAtMs` lies before this: the answer
   * depends on the input alone, never on a clock, so a replay gets the same one (promise 3).
   */
  readonly arrivalTimeMs: number;
  /** Until when this claim holds, on the same scale: arrival plus the claim's time to live. */
  readonly expiresAtMs: number;
}

export type ClaimAnswer =
  | { readonly kind: 'granted' }
  /** Another owner holds a claim that has not expired. */
  | { readonly kind: 'held'; readonly owner: string; readonly digest: string }
  /** The store is down or throttles: the caller fails open and counts it. */
  | { readonly kind: 'unavailable'; readonly detail: string };

export interface ClaimStore {
  /**
   * Claims each id for its owner. Granted when the id is free, already held by the same owner (so a retry passes), or
   * its claim has expired. One answer per request, in order; it never throws for an outage.
   */
  claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]>;
}
