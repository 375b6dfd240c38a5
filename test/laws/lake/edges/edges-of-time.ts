import {
  DAY_US,
  type Draft,
  dateOf,
  dayOf,
  HOUR_US,
  isoOf,
  LATENESS_US,
  MINUTE_US,
  SECOND_US,
} from '../draft.ts';
import type { Edge } from './edge.ts';

const WINDOW_US = 7 * DAY_US;

export const EDGES_OF_TIME: readonly Edge[] = [
  { name: 'events of one time', isCalm: true, add: addTies },
  { name: 'two entries of one time', isCalm: true, add: addTiedEntries },
  { name: 'midnight', isCalm: true, add: addMidnight },
  { name: 'a visit over midnight', isCalm: true, add: addVisitOverMidnight },
  { name: 'the end of a month', isCalm: true, add: addMonthEnd },
  { name: 'the last microsecond of the window', isCalm: true, add: (draft) => addWindow(draft, 0) },
  { name: 'a microsecond within the window', isCalm: true, add: (draft) => addWindow(draft, -1) },
  { name: 'a microsecond after the window', isCalm: true, add: (draft) => addWindow(draft, 1) },
  { name: 'as late as allowed', isCalm: true, add: (draft) => addLate(draft, 0) },
  { name: 'a microsecond less late than allowed', isCalm: true, add: (draft) => addLate(draft, -1) },
  { name: 'a microsecond too late', isCalm: true, add: (draft) => addLate(draft, 1) },
  { name: 'far too late', isCalm: true, add: addFarTooLate },
  { name: 'a late first event moves a visit', isCalm: true, add: addLateFirst },
  { name: 'a channel that is known after the order', isCalm: true, add: addLateChannel },
  { name: 'an event of the next hour', isCalm: true, add: addFuture },
  { name: 'a visit of more than a day', isCalm: false, add: addLongVisit },
  { name: 'a time of another zone', isCalm: true, add: addZone },
  { name: 'advertising', isCalm: true, add: addAdverts },
];

/** All steps of both funnels at one time, in an order of ids that is not theirs. */
function addTies(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  const types = ['view_item', 'begin_checkout', 'add_to_cart', 'search', 'view_item'];
  for (const type of types) draft.send(timeUs, { ...visit, ...draft.fieldsOf(type) });
  draft.send(timeUs, { ...visit, ...draft.purchase() });
}

function addTiedEntries(draft: Draft): void {
  const visit = draft.visitOf(draft.someUser());
  const timeUs = draft.someTimeUs();
  for (const channel of ['email', 'direct', 'email']) {
    draft.send(timeUs, { ...visit, channel, ...draft.fieldsOf('view_item') });
  }
  draft.send(timeUs + SECOND_US, { ...visit, ...draft.fieldsOf('add_to_cart') });
}

function addMidnight(draft: Draft): void {
  const visitor = draft.somebody();
  const midnightUs = dayOf(draft.someTimeUs()) + DAY_US;
  for (const timeUs of [midnightUs - 1, midnightUs]) {
    const visit = draft.visitOf(visitor);
    draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') });
    draft.send(timeUs, { ...visit, ...draft.purchase() });
  }
}

function addVisitOverMidnight(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const midnightUs = dayOf(draft.someTimeUs()) + DAY_US;
  draft.send(midnightUs - MINUTE_US, { ...visit, ...draft.fieldsOf('view_item') });
  draft.send(midnightUs + MINUTE_US, { ...visit, ...draft.fieldsOf('view_item') });
  draft.send(midnightUs + 2 * MINUTE_US, { ...visit, ...draft.fieldsOf('add_to_cart') });
  draft.send(midnightUs + 3 * MINUTE_US, { ...visit, ...draft.purchase() });
}

function addMonthEnd(draft: Draft): void {
  const time = new Date(draft.someTimeUs() / 1000);
  const endUs = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1) * 1000;
  const visitor = draft.somebody();
  draft.send(endUs - 1, { ...draft.visitOf(visitor), ...draft.purchase() });
  draft.send(endUs, { ...draft.visitOf(visitor), ...draft.purchase() });
  draft.send(endUs, { ...draft.visitOf(visitor), ...draft.fieldsOf('sign_up') });
}

/** A customer whose last step comes so long after the first, in another visit. */
function addWindow(draft: Draft, beyondUs: number): void {
  const visitor = draft.someUser();
  const visit = draft.visitOf(visitor);
  const startUs = draft.someTimeUs();
  draft.send(startUs, { ...visit, ...draft.fieldsOf('search') });
  draft.send(startUs, { ...visit, ...draft.fieldsOf('view_item') });
  draft.send(startUs + MINUTE_US, { ...visit, ...draft.fieldsOf('add_to_cart') });
  draft.send(startUs + MINUTE_US, { ...visit, ...draft.fieldsOf('begin_checkout') });
  draft.send(startUs + WINDOW_US + beyondUs, { ...draft.visitOf(visitor), ...draft.purchase() });
}

/** Arrives exactly so much after its time, give or take. */
function addLate(draft: Draft, beyondUs: number): void {
  const timeUs = Math.ceil(draft.someTimeUs() / 1000) * 1000;
  const arrivalMs = (timeUs + LATENESS_US) / 1000;
  const visit = draft.visitOf(draft.somebody());
  draft.send(timeUs - beyondUs, { ...visit, ...draft.fieldsOf('view_item') }, { arrivalMs });
  draft.send(timeUs - beyondUs, { ...visit, ...draft.purchase() }, { arrivalMs });
}

function addFarTooLate(draft: Draft): void {
  const timeUs = draft.someTimeUs() - 40 * DAY_US;
  const visit = draft.visitOf(draft.somebody());
  const arrivalMs = Math.ceil((draft.startUs + draft.choices.below(draft.spanDays) * DAY_US) / 1000);
  draft.send(timeUs, { ...visit, ...draft.purchase() }, { arrivalMs });
  draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') }, { arrivalMs });
}

/** Two days later comes what happened on the evening before. */
function addLateFirst(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const midnightUs = dayOf(draft.someTimeUs()) + DAY_US;
  const fields = { channel: 'social', device: 'tablet', country: 'FR' };
  draft.send(midnightUs + MINUTE_US, { ...visit, ...draft.fieldsOf('view_item') }, soon(midnightUs));
  draft.send(midnightUs + 2 * MINUTE_US, { ...visit, ...draft.purchase() }, soon(midnightUs));
  const arrivalMs = (midnightUs + 2 * DAY_US) / 1000;
  const first = { ...visit, ...fields, ...draft.fieldsOf('view_item') };
  draft.send(midnightUs - MINUTE_US, first, { arrivalMs });
  draft.endsWith(arrivalMs);
}

/** The order and the entry do not have them, although the visit does. */
function addLateChannel(draft: Draft): void {
  const { channel: _c, country: _l, device: _d, ...visit } = draft.visitOf(draft.somebody());
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') });
  draft.send(timeUs + SECOND_US, { ...visit, ...draft.purchase() });
  const known = { channel: 'referral', country: 'IT', device: 'other' };
  draft.send(timeUs + MINUTE_US, { ...visit, ...known, ...draft.fieldsOf('page_view') });
}

function soon(midnightUs: number): { readonly arrivalMs: number } {
  return { arrivalMs: (midnightUs + 3 * MINUTE_US) / 1000 };
}

function addFuture(draft: Draft): void {
  const timeUs = draft.someTimeUs();
  const visit = draft.visitOf(draft.somebody());
  const arrivalMs = Math.ceil((timeUs - HOUR_US) / 1000);
  draft.send(timeUs, { ...visit, ...draft.fieldsOf('search') }, { arrivalMs });
}

function addLongVisit(draft: Draft): void {
  const visit = draft.visitOf(draft.somebody());
  const startUs = draft.someTimeUs();
  draft.send(startUs, { ...visit, ...draft.fieldsOf('view_item') });
  draft.send(startUs + 30 * HOUR_US, { ...visit, ...draft.fieldsOf('add_to_cart') });
  draft.send(startUs + 9 * DAY_US, { ...visit, ...draft.fieldsOf('begin_checkout') });
  draft.send(startUs + 9 * DAY_US, { ...visit, ...draft.purchase() });
}

/** Local time is of the day after. */
function addZone(draft: Draft): void {
  const timeUs = dayOf(draft.someTimeUs()) + 23 * HOUR_US;
  const local = isoOf(timeUs + 5.5 * HOUR_US).replace('Z', '+05:30');
  const visit = draft.visitOf(draft.somebody());
  draft.send(timeUs, { ...visit, event_time: local, ...draft.fieldsOf('view_item') });
}

function addAdverts(draft: Draft): void {
  const timeUs = draft.someTimeUs();
  const campaign = { campaign_id: 'c1', currency: 'USD' };
  const visit = { ...draft.visitOf(draft.somebody()), channel: 'display' };
  draft.send(timeUs, { ...visit, ...campaign, event_type: 'ad_impression', impressions: 1 });
  draft.send(timeUs + 1, { ...visit, ...campaign, event_type: 'ad_click', user_id: 'nobody' });
  draft.send(timeUs, { ...campaign, event_type: 'ad_spend', cost: '12.5', audience: dateOf(timeUs) });
  const stranger = { anonymous_id: draft.name('d'), session_id: draft.name('s') };
  draft.send(timeUs, { ...stranger, ...campaign, event_type: 'ad_click', user_id: 'nobody' });
}
