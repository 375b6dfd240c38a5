import { hash } from 'node:crypto';
import { canonicalContent } from '../domain/events/canonical-content.ts';
import type { AcceptedEvent } from '../domain/events/check-record.ts';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../ports/claim-store.ts';
import { type BatchItem, type Fate, type FatedItem, ownerOf } from './batch-items.ts';

/** Enough that two contents of one event_id never meet by chance. */
const DIGEST_CHARACTERS = 32;
const GRANTED: ClaimAnswer = { kind: 'granted' };

/** An event with its coordinates. */
interface Copy {
  readonly item: BatchItem;
  readonly event: AcceptedEvent;
}

/** The first copy of an event_id in the batch, and what the claim store said to it. */
interface Claim {
  readonly first: Copy;
  answer: ClaimAnswer;
}

/**
 * Decides where the items of one batch land, slice after slice in their order; a pure function of the items and the
 * claim answers, however they are sliced. Of equal ids in the batch the first one asks for the claim, once.
 */
export class FateJudge {
  readonly #claims: ClaimStore | null;
  readonly #claimTtlMs: number;
  readonly #byEventId = new Map<string, Claim>();

  /** `claims` null: none are asked, and only copies within the batch are found. */
  constructor(claims: ClaimStore | null, claimTtlMs: number) {
    this.#claims = claims;
    this.#claimTtlMs = claimTtlMs;
  }

  async decide(items: readonly BatchItem[]): Promise<readonly FatedItem[]> {
    const fresh: Claim[] = [];
    const claims = items.map(({ checked }, place) => {
      const item = items[place];
      if (item === undefined || checked.kind !== 'accepted') return null;
      const known = this.#byEventId.get(checked.eventId);
      if (known !== undefined) return known;
      const claim: Claim = { first: { item, event: checked }, answer: GRANTED };
      this.#byEventId.set(checked.eventId, claim);
      fresh.push(claim);
      return claim;
    });
    if (this.#claims !== null) await this.#ask(this.#claims, fresh);
    return items.map((item, place) => ({ item, fate: fateOf(item, claims[place] ?? null) }));
  }

  async #ask(store: ClaimStore, claims: readonly Claim[]): Promise<void> {
    const requests = claims.map(({ first: { item, event } }): ClaimRequest => {
      const { arrivalTimeMs } = item.record;
      return {
        eventId: event.eventId,
        owner: ownerOf(item),
        digest: digestOf(event),
        arrivalTimeMs,
        expiresAtMs: arrivalTimeMs + this.#claimTtlMs,
      };
    });
    const answers = await store.claim(requests);
    for (const [place, claim] of claims.entries()) {
      const answer = answers[place];
      if (answer === undefined)
        throw new Error(`the claim store gave ${answers.length} answers to ${requests.length} requests`);
      claim.answer = answer;
    }
  }
}

/** The fates of items that come in one piece; see FateJudge. */
export async function decideFates(
  items: readonly BatchItem[],
  claims: ClaimStore | null,
  claimTtlMs: number,
): Promise<readonly FatedItem[]> {
  return await new FateJudge(claims, claimTtlMs).decide(items);
}

const RAW: Fate = { kind: 'raw', isBypassed: false };
const RAW_WITHOUT_CLAIM: Fate = { kind: 'raw', isBypassed: true };

function fateOf(item: BatchItem, claim: Claim | null): Fate {
  const { checked } = item;
  if (checked.kind === 'rejected') return { kind: 'quarantine', breach: checked, eventId: checked.eventId };
  if (claim?.answer.kind === 'held')
    return fateBesideHolder({ item, event: checked }, claim.answer.owner, claim.answer.digest);
  if (claim === null || claim.first.item === item)
    return claim?.answer.kind === 'unavailable' ? RAW_WITHOUT_CLAIM : RAW;
  return fateBesideHolder({ item, event: checked }, ownerOf(claim.first.item), digestOf(claim.first.event));
}

/**
 * Of a held id only the holder itself is accepted: it may be a later copy of this batch that claimed alone, before the
 * records were cut anew, and crashed before it landed.
 */
function fateBesideHolder(copy: Copy, owner: string, digest: string): Fate {
  if (ownerOf(copy.item) === owner) return RAW;
  if (digestOf(copy.event) === digest) return { kind: 'duplicates', owner };
  const detail = `record ${owner} holds this event_id with other content`;
  return { kind: 'quarantine', breach: { reason: 'id_conflict', detail }, eventId: copy.event.eventId };
}

/** SHA-256 of the event's content, shortened: see canonicalContent for what makes two contents equal. */
function digestOf(event: AcceptedEvent): string {
  return hash('sha256', canonicalContent(event), 'hex').slice(0, DIGEST_CHARACTERS);
}
