import { hash } from 'node:crypto';
import { canonicalContent } from '../domain/events/canonical-content.ts';
import type { AcceptedEvent } from '../domain/events/check-record.ts';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../ports/claim-store.ts';
import { type BatchItem, type Fate, type FatedItem, ownerOf } from './batch-items.ts';

/** Enough that two contents of one event_id never meet by chance. */
const DIGEST_CHARACTERS = 32;

/** A copy of an event_id in the batch. */
interface Copy {
  readonly item: BatchItem;
  readonly event: AcceptedEvent;
}

const RAW: Pick<Fate & { kind: 'raw' }, 'kind' | 'isBypassed'> = { kind: 'raw', isBypassed: false };

/**
 * Decides where each item lands; a pure function of the items and the claim answers. Of equal ids in the batch the
 * first one asks for the claim. `claims` null: no claims, only copies within the batch are found.
 */
export async function decideFates(
  items: readonly BatchItem[],
  claims: ClaimStore | null,
  claimTtlMs: number,
): Promise<readonly FatedItem[]> {
  const copies = groupCopies(items, claims === null);
  const answers = claims === null ? null : await askClaims(copies, claims, claimTtlMs);
  const fates = new Map<BatchItem, Fate>();
  for (const [eventId, group] of copies) {
    const answer = answers?.get(eventId) ?? { kind: 'granted' };
    if (group.length === 1 && answer.kind === 'granted') continue;
    for (const [copy, fate] of fatesOfCopies(group, answer)) fates.set(copy.item, fate);
  }
  return items.map((item) => ({ item, fate: fates.get(item) ?? defaultFate(item) }));
}

/** What happens to an item that nobody contests. */
function defaultFate(item: BatchItem): Fate {
  const { checked } = item;
  return checked.kind === 'accepted'
    ? { ...RAW, event: checked }
    : { kind: 'quarantine', breach: checked, eventId: checked.eventId };
}

/** The copies of each event_id, in order; without claims only ids that repeat are of interest. */
function groupCopies(
  items: readonly BatchItem[],
  isRepeatsOnly: boolean,
): ReadonlyMap<string, readonly Copy[]> {
  const wanted = isRepeatsOnly ? repeatedIds(items) : null;
  const groups = new Map<string, Copy[]>();
  if (wanted?.size === 0) return groups;
  for (const item of items) {
    if (item.checked.kind !== 'accepted' || wanted?.has(item.checked.eventId) === false) continue;
    const copy = { item, event: item.checked };
    const group = groups.get(copy.event.eventId);
    if (group === undefined) groups.set(copy.event.eventId, [copy]);
    else group.push(copy);
  }
  return groups;
}

function repeatedIds(items: readonly BatchItem[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { checked } of items) {
    if (checked.kind !== 'accepted') continue;
    const { size } = seen;
    if (seen.add(checked.eventId).size === size) repeated.add(checked.eventId);
  }
  return repeated;
}

async function askClaims(
  copies: ReadonlyMap<string, readonly Copy[]>,
  claims: ClaimStore,
  claimTtlMs: number,
): Promise<ReadonlyMap<string, ClaimAnswer>> {
  const requests: ClaimRequest[] = [];
  for (const [eventId, [first]] of copies) {
    if (first === undefined) continue;
    const { arrivalTimeMs } = first.item.record;
    requests.push({
      eventId,
      owner: ownerOf(first.item),
      digest: digestOf(first),
      arrivalTimeMs,
      expiresAtMs: arrivalTimeMs + claimTtlMs,
    });
  }
  const answers = await claims.claim(requests);
  return new Map(
    requests.map(({ eventId }, place) => {
      const answer = answers[place];
      if (answer === undefined)
        throw new Error(`the claim store gave ${answers.length} answers to ${requests.length} requests`);
      return [eventId, answer];
    }),
  );
}

/**
 * Exactly one copy of a free id is accepted, the first. Of a held id only the holder itself is: it may be a later copy
 * of this batch that claimed alone, before the records were cut anew, and crashed before it landed.
 */
function fatesOfCopies(group: readonly Copy[], answer: ClaimAnswer): readonly (readonly [Copy, Fate])[] {
  const [first] = group;
  if (first === undefined) return [];
  const holder = answer.kind === 'held' ? answer : { owner: ownerOf(first.item), digest: null };
  const digest = holder.digest ?? digestOf(first);
  return group.map((copy) => {
    const isHolder = answer.kind === 'held' ? ownerOf(copy.item) === holder.owner : copy === first;
    if (isHolder)
      return [copy, { kind: 'raw', event: copy.event, isBypassed: answer.kind === 'unavailable' }];
    return [copy, digestOf(copy) === digest ? duplicate(copy, holder.owner) : conflict(copy, holder.owner)];
  });
}

function duplicate(copy: Copy, owner: string): Fate {
  return { kind: 'duplicates', event: copy.event, owner };
}

function conflict(copy: Copy, owner: string): Fate {
  const detail = `record ${owner} holds this event_id with other content`;
  return { kind: 'quarantine', breach: { reason: 'id_conflict', detail }, eventId: copy.event.eventId };
}

/** SHA-256 of the event's content, shortened: see canonicalContent for what makes two contents equal. */
function digestOf(copy: Copy): string {
  return hash('sha256', canonicalContent(copy.event.event), 'hex').slice(0, DIGEST_CHARACTERS);
}
