import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../../lambdas/ports/claim-store.ts';

/** Claims in memory, of which the oldest are forgotten: the generator copies only what came lately. */
export class RecentClaims implements ClaimStore {
  readonly #held = new Map<string, { readonly owner: string; readonly digest: string }>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]> {
    const answers = requests.map((request) => this.#answer(request));
    for (const eventId of this.#held.keys()) {
      if (this.#held.size <= this.#capacity) break;
      this.#held.delete(eventId);
    }
    return answers;
  }

  #answer({ eventId, owner, digest }: ClaimRequest): ClaimAnswer {
    const held = this.#held.get(eventId);
    if (held !== undefined && held.owner !== owner) return { kind: 'held', ...held };
    this.#held.set(eventId, { owner, digest });
    return { kind: 'granted' };
  }
}
