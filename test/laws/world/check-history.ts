import type { ObjectKind } from '../../../lambdas/domain/ledger.ts';
import { ledgerTotals } from '../../../lambdas/domain/ledger-totals.ts';
import { eventIdOf } from './sendings.ts';
import { copiesOf } from './stager.ts';
import { type Copy, placeOf, totalOrder } from './staging.ts';
import { contentOf, contentsOf, type Sent, sentBy } from './truth.ts';
import { placeName } from './watcher.ts';
import type { World } from './world.ts';

/** What became of a place: zones that hold it, with the reason where it was quarantined. */
interface Fate {
  readonly zones: Set<ObjectKind>;
  readonly reasons: Set<string>;
}

/** The truth, and the copies that raw objects hold. */
interface Landed {
  readonly sent: readonly Sent[];
  readonly copies: readonly Copy[];
}

/**
 * What a finished history has to satisfy, judged by what was sent, never by what the consumer says of it. Gives the
 * breaches as sentences, those of the history's course first; none: all laws hold.
 */
export function breachesOf(world: World, history: number): readonly string[] {
  const sent = [...world.shards.records()].flatMap(sentBy);
  const { objects, ledger } = world.stores;
  const place = { objects, setAsides: ledger.setAsides, reader: world.reader };
  const copies = copiesOf(place, [...ledger.rows.values()], () => {});
  return [
    ...world.watcher.breaches,
    ...placeBreaches(world, sent),
    ...stagingBreaches(world, history, { sent, copies }),
    ...claimBreaches(world, copies),
    ...objects.rewritten.map((key) => `the bytes of ${key} changed`),
    ...sumBreaches(world, sent),
  ];
}

/** Each place is somewhere, and in quarantine is only what has to be. */
function placeBreaches(world: World, sent: readonly Sent[]): readonly string[] {
  const fates = fatesOf(world);
  const contents = contentsOf(sent);
  const breaches: string[] = [];
  for (const { place, accepted, sending } of sent) {
    const fate = fates.get(place);
    if (fate === undefined) {
      if (!accepted.isForgotten) breaches.push(`${placeName(accepted)} is lost`);
    } else if (sending.kind === 'poison') {
      if (fate.zones.has('raw') || fate.zones.has('duplicates'))
        breaches.push(`${placeName(accepted)} is no event and was accepted`);
    } else {
      const mayConflict = (contents.get(sending.id)?.size ?? 0) > 1;
      const wrong = [...fate.reasons].filter(
        (reason) => reason !== 'id_conflict' && !(sending.kind === 'misfit' && reason === 'unknown_type'),
      );
      if (wrong.length > 0)
        breaches.push(`${placeName(accepted)} is good and in quarantine: ${wrong.join()}`);
      else if (!mayConflict && !fate.zones.has('raw') && !fate.zones.has('duplicates'))
        breaches.push(`${placeName(accepted)} conflicts with nothing and is in quarantine alone`);
    }
  }
  return breaches;
}

function fatesOf(world: World): ReadonlyMap<string, Fate> {
  const { stores, reader } = world;
  const fates = new Map<string, Fate>();
  for (const row of stores.ledger.rows.values()) {
    for (const { kind, key } of row.objects) {
      const bytes = stores.objects.bytes.get(key);
      if (bytes === undefined) continue;
      for (const line of reader.linesOf(bytes)) {
        const place = `${line._shard_id}#${line._sequence_number}#${line._record_index ?? 0}`;
        let fate = fates.get(place);
        if (fate === undefined) {
          fate = { zones: new Set(), reasons: new Set() };
          fates.set(place, fate);
        }
        fate.zones.add(kind);
        if (kind === 'quarantine') fate.reasons.add(line.reason ?? '');
      }
    }
  }
  return fates;
}

/** Every id that was sent is staged once, by the smallest copy in raw, with what stood at its place. */
function stagingBreaches(world: World, history: number, landed: Landed): readonly string[] {
  const { staged, tooLate } = world.build.tables;
  const smallest = smallestCopies(landed.copies);
  const truth = new Map(landed.sent.map((one) => [one.place, one.sending]));
  const ids = idsToStage(landed.sent);
  const breaches: string[] = [];
  for (const [id, need] of ids) {
    const eventId = eventIdOf(history, id);
    const row = staged.get(eventId) ?? tooLate.get(eventId);
    if (row === undefined) {
      if (need === 'must') breaches.push(`event ${id} is lost: no copy of it is staged`);
      continue;
    }
    const place = placeOf(row);
    const sending = truth.get(place);
    const best = smallest.get(eventId);
    if (staged.has(eventId) && tooLate.has(eventId)) breaches.push(`event ${id} is staged twice`);
    if (best === undefined || placeOf(best) !== place)
      breaches.push(`event ${id} is staged by a copy that is not the smallest`);
    if (sending === undefined || sending.kind === 'poison' || sending.id !== id)
      breaches.push(`event ${id} is staged from where it was not sent`);
    else if (contentOf(sending) !== row.content)
      breaches.push(`event ${id} is staged with other content than was sent`);
  }
  if (staged.size + tooLate.size > ids.size) breaches.push('events are staged that nobody sent');
  return breaches;
}

/** The ids that were sent. One that was sent only in forgotten records need not be staged. */
function idsToStage(sent: readonly Sent[]): ReadonlyMap<number, 'must' | 'may'> {
  const ids = new Map<number, 'must' | 'may'>();
  for (const { accepted, sending } of sent) {
    if (sending.kind !== 'poison' && ids.get(sending.id) !== 'must')
      ids.set(sending.id, accepted.isForgotten ? 'may' : 'must');
  }
  return ids;
}

function smallestCopies(copies: readonly Copy[]): ReadonlyMap<string, Copy> {
  const smallest = new Map<string, Copy>();
  for (const copy of [...copies].sort(totalOrder))
    if (!smallest.has(copy.eventId)) smallest.set(copy.eventId, copy);
  return smallest;
}

/** While the claim store answers and remembers, an id is accepted at one place. */
function claimBreaches(world: World, copies: readonly Copy[]): readonly string[] {
  const rows = [...world.stores.ledger.rows.values()];
  if (!world.plan.hasClaims || world.plan.budgets.forgottenClaims > 0) return [];
  if (rows.some((row) => row.dedupBypassed > 0)) return [];
  const places = new Map<string, string>();
  const breaches: string[] = [];
  for (const copy of copies) {
    const place = placeOf(copy);
    if ((places.get(copy.eventId) ?? place) !== place) breaches.push('a claimed event is accepted twice');
    places.set(copy.eventId, place);
  }
  return breaches;
}

/** Rows balance, staging accounts for every accepted copy, and no record counts twice in the totals. */
function sumBreaches(world: World, sent: readonly Sent[]): readonly string[] {
  const rows = [...world.stores.ledger.rows.values()];
  const breaches: string[] = [];
  for (const { received, accepted, duplicate, quarantined } of rows) {
    if (received !== accepted + duplicate + quarantined) breaches.push('a ledger row does not balance');
  }
  const { staged, tooLate, collapsed, conflicts } = world.build.tables;
  const accepted = rows.reduce((sum, row) => sum + row.accepted, 0);
  const accounted = staged.size + tooLate.size + collapsed.length + conflicts.length;
  if (accepted !== accounted) breaches.push(`${accepted} copies are accepted and ${accounted} accounted for`);
  const totals = ledgerTotals(rows);
  if (totals.received !== sent.length && !sent.some(({ accepted }) => accepted.isForgotten))
    breaches.push(`${sent.length} events were sent and ${totals.received} received`);
  if (totals.received !== totals.accepted + totals.duplicate + totals.quarantined)
    breaches.push('the totals do not balance');
  return breaches;
}
