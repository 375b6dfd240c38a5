import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../lambdas/ports/claim-store.ts';

interface StoredClaim {
  readonly owner: string;
  readonly digest: string;
  readonly expiresAtMs: number;
}

/** Claims in memory, by the rules of the port. `outage` decides per request whether the store answers. */
export class MemoryClaimStore implements ClaimStore {
  readonly claims = new Map<string, StoredClaim>();
  readonly requests: ClaimRequest[] = [];
  outage: (request: ClaimRequest) => boolean = () => false;

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]> {
    this.requests.push(...requests);
    return requests.map((request) => this.#answer(request));
  }

  #answer(request: ClaimRequest): ClaimAnswer {
    if (this.outage(request)) return { kind: 'unavailable', detail: 'the fake store is down' };
    const stored = this.claims.get(request.eventId);
    const isOthers =
      stored !== undefined && stored.owner !== request.owner && stored.expiresAtMs >= request.arrivalTimeMs;
    if (isOthers) return { kind: 'held', owner: stored.owner, digest: stored.digest };
    this.claims.set(request.eventId, {
      owner: request.owner,
      digest: request.digest,
      expiresAtMs: request.expiresAtMs,
    });
    return { kind: 'granted' };
  }
}
