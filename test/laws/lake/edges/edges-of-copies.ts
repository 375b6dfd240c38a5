import { DAY_US, type Draft, dateOf, HOUR_US, isoOf, type Sending } from '../draft.ts';
import type { Edge } from './edge.ts';

export const EDGES_OF_COPIES: readonly Edge[] = [
  { name: 'an event twice in a shard', isCalm: true, add: addTwice },
  { name: 'an event in two shards', isCalm: true, add: addOtherShard },
  { name: 'two copies of one arrival', isCalm: true, add: addEqualArrival },
  { name: 'an id in capitals', isCalm: true, add: addCapitals },
  { name: 'an id with another content', isCalm: true, add: addOtherContent },
  { name: 'a copy of another date', isCalm: true, add: addOtherDate },
  { name: 'a copy of another type', isCalm: true, add: addOtherType },
  { name: 'a first copy that is too late', isCalm: true, add: addFirstTooLate },
  { name: 'a later copy that is too late', isCalm: true, add: addLaterTooLate },
  { name: 'a purchase whose first copy has other lines', isCalm: true, add: addOtherLines },
  { name: 'a copy of another visit', isCalm: false, add: addOtherVisit },
  { name: 'a copy of another order', isCalm: false, add: addOtherOrder },
  { name: 'a file of events', isCalm: false, add: addFile },
  { name: 'a file with a copy of an event', isCalm: false, add: addFileOfCopies },
  { name: 'an admission', isCalm: false, add: addAdmission },
];

function someEvent(draft: Draft): Sending {
  return draft.choices.pick(draft.sendings.filter(({ event }) => event.event_type !== 'refund'));
}

function nextShard(draft: Draft, { shard }: Sending): number {
  return (shard + 1) % draft.shards;
}

function addTwice(draft: Draft): void {
  const sending = someEvent(draft);
  draft.again(sending, { arrivalMs: sending.arrivalMs + 1_000 });
}

function addOtherShard(draft: Draft): void {
  const sending = someEvent(draft);
  const arrivalMs = sending.arrivalMs + draft.choices.pick([-1, 1, 3_600_000]);
  draft.again(sending, { arrivalMs, shard: nextShard(draft, sending) });
}

/** Then the shard's name decides, and within a shard the sequence. */
function addEqualArrival(draft: Draft): void {
  const sending = someEvent(draft);
  const { arrivalMs } = sending;
  draft.again(sending, { arrivalMs, shard: nextShard(draft, sending) }, { page_path: '/elsewhere' });
  draft.again(sending, { arrivalMs }, { page_path: '/behind' });
}

function addCapitals(draft: Draft): void {
  const sending = someEvent(draft);
  const event_id = String(sending.event.event_id).toUpperCase();
  draft.again(
    sending,
    { arrivalMs: sending.arrivalMs + 2_000, shard: nextShard(draft, sending) },
    { event_id },
  );
}

/** The one that counts came a moment before, but maybe lands in a later run. */
function addOtherContent(draft: Draft): void {
  const sending = someEvent(draft);
  const way = { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) };
  draft.again(sending, way, { channel: 'social', country: 'FR', page_path: '/other' });
}

function addOtherDate(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const fields = draft.choices.pick([draft.fieldsOf('view_item'), draft.purchase()]);
  const arrivalMs = Math.ceil(timeUs / 1000) + 60_000;
  const sending = draft.send(timeUs, { ...visit, ...fields }, { arrivalMs });
  const earlier = { arrivalMs: arrivalMs - 1, shard: nextShard(draft, sending) };
  draft.again(sending, earlier, { event_time: isoOf(timeUs - 2 * DAY_US) });
}

function addOtherType(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const sending = draft.send(timeUs, { ...visit, ...draft.purchase() });
  const event = { ...draft.fieldsOf('add_to_cart'), order_id: undefined, items: undefined };
  const earlier = { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) };
  draft.again(sending, earlier, event);
}

/** The smaller copy is too late, so the event is, although the other one would be in time. */
function addFirstTooLate(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const sending = draft.send(timeUs, { ...visit, ...draft.purchase() });
  const earlier = { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) };
  draft.again(sending, earlier, { event_time: isoOf(timeUs - 5 * DAY_US) });
}

function addLaterTooLate(draft: Draft): void {
  const sending = someEvent(draft);
  const later = { arrivalMs: sending.arrivalMs + 1, shard: nextShard(draft, sending) };
  draft.again(sending, later, { event_time: isoOf(sending.timeUs - 6 * DAY_US) });
}

function addOtherLines(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const sending = draft.send(draft.someTimeUs(), { ...visit, ...draft.purchase() });
  const { items } = draft.purchase();
  draft.again(
    sending,
    { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) },
    { items, discount: '0.5' },
  );
}

/** The device, the visit and the person that were staged first may be nobody's then. */
function addOtherVisit(draft: Draft): void {
  const visit = { ...draft.visitOf(draft.somebody()), anonymous_id: draft.name('d') };
  const other = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const shard = draft.choices.below(draft.shards);
  for (const fields of [draft.fieldsOf('view_item'), draft.fieldsOf('sign_up'), draft.purchase()]) {
    const sending = draft.send(timeUs, { ...visit, ...fields }, { shard });
    const earlier = { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) };
    draft.again(sending, earlier, { user_id: null, ...other });
  }
}

/** An order that was staged is none, and its refund is one of the other order. */
function addOtherOrder(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const order = draft.send(timeUs, { ...visit, ...draft.purchase() });
  const refund = draft.send(timeUs + HOUR_US, { ...visit, ...draft.refund(String(order.event.order_id)) });
  const order_id = draft.name('o');
  for (const sending of [order, refund]) {
    const earlier = { arrivalMs: sending.arrivalMs - 1, shard: nextShard(draft, sending) };
    draft.again(sending, earlier, { order_id });
  }
}

/** History of before the stream: files are admitted, however old. */
function addFile(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs() - 20 * DAY_US;
  bring(draft, [
    { ...visit, ...draft.fieldsOf('view_item'), ...head(draft, timeUs) },
    { ...visit, ...draft.fieldsOf('add_to_cart'), ...head(draft, timeUs + 1) },
    { ...visit, ...draft.purchase(), ...head(draft, timeUs + HOUR_US) },
  ]);
}

function addFileOfCopies(draft: Draft): void {
  const copies = [someEvent(draft), someEvent(draft)].map(({ event }) => event);
  bring(draft, [...new Set(copies)]);
}

function head(draft: Draft, timeUs: number) {
  return { event_id: draft.eventId(), event_time: isoOf(timeUs), schema_version: 1 };
}

/** Brought at any time after its events. */
function bring(draft: Draft, events: readonly Record<string, unknown>[]): void {
  const newestMs = Math.max(...events.map(({ event_time }) => Date.parse(String(event_time))));
  const slotMs = newestMs + draft.choices.pick([1, 3_600_000, 20 * 86_400_000]);
  draft.files.push({
    name: `${draft.name('history-')}.ndjson`,
    slot: new Date(slotMs).toISOString(),
    events,
  });
}

/** Some of the too-late events of these dates come in time for the backfill, some after it. */
function addAdmission(draft: Draft): void {
  const visitor = draft.somebody();
  const timeUs = draft.someTimeUs();
  for (const daysLate of [3, 4, 8, 20]) {
    const visit = draft.visitOf(visitor);
    const arrivalMs = Math.ceil((timeUs + daysLate * DAY_US + HOUR_US) / 1000);
    draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') }, { arrivalMs });
    draft.send(timeUs + HOUR_US, { ...visit, ...draft.purchase() }, { arrivalMs });
  }
  const daysBefore = draft.choices.below(3);
  draft.backfills.push({ from: dateOf(timeUs - daysBefore * DAY_US), to: dateOf(timeUs) });
}
