import { DAY_US, type Draft, HOUR_US, SECOND_US } from '../draft.ts';
import type { Edge } from './edge.ts';

export const EDGES_OF_PEOPLE: readonly Edge[] = [
  { name: 'a device that signs in late', isCalm: false, add: addLateSignIn },
  { name: 'two devices that become one person', isCalm: false, add: addMerge },
  { name: 'a device remapped twice', isCalm: false, add: addRemappedTwice },
  { name: 'two users of a device at one time', isCalm: false, add: addTiedUsers },
  { name: 'a sign-in that comes late', isCalm: false, add: addSignInThatComesLate },
  { name: 'a visit that two people share', isCalm: false, add: addSharedVisit },
  { name: 'one visit id on two devices', isCalm: true, add: addSharedVisitId },
  { name: 'a customer seen for the first time, late', isCalm: true, add: addLateFirstSeen },
];

const WALK = ['view_item', 'add_to_cart', 'begin_checkout'] as const;

function stranger(draft: Draft) {
  return { anonymous_id: draft.name('d'), session_id: draft.name('s'), channel: 'email' };
}

/** A nameless past of two days that joins the person. */
function addLateSignIn(draft: Draft): void {
  const visit = stranger(draft);
  const timeUs = draft.someTimeUs();
  for (const [days, session_id] of [visit.session_id, draft.name('s')].entries()) {
    for (const [seconds, type] of WALK.entries()) {
      const atUs = timeUs + 2 * days * DAY_US + seconds * SECOND_US;
      draft.send(atUs, { ...visit, session_id, ...draft.fieldsOf(type) });
    }
  }
  draft.send(timeUs + HOUR_US, { ...visit, ...draft.purchase() });
  const laterUs = timeUs + draft.choices.pick([2 * DAY_US + HOUR_US, 4 * DAY_US, 12 * DAY_US]);
  const user_id = String(draft.someUser().userId);
  const signedIn = { ...visit, session_id: draft.name('s'), user_id };
  const { arrivalMs } = draft.send(laterUs, { ...signedIn, ...draft.fieldsOf('sign_up') });
  draft.endsWith(arrivalMs);
}

function addMerge(draft: Draft): void {
  const [left, right] = [stranger(draft), stranger(draft)];
  const timeUs = draft.someTimeUs();
  const user_id = draft.name('u-new-');
  draft.send(timeUs, { ...left, ...draft.fieldsOf('view_item') });
  draft.send(timeUs + HOUR_US, { ...right, ...draft.fieldsOf('add_to_cart') });
  draft.send(timeUs + 2 * HOUR_US, { ...left, ...draft.fieldsOf('begin_checkout') });
  draft.send(timeUs + 3 * HOUR_US, { ...right, ...draft.purchase() });
  for (const device of [left, right]) {
    const laterUs = timeUs + (4 + draft.choices.below(60)) * HOUR_US;
    const visit = { ...device, session_id: draft.name('s'), user_id };
    draft.send(laterUs, { ...visit, ...draft.fieldsOf('page_view') });
  }
}

/** Two people and then the first again, run by run. */
function addRemappedTwice(draft: Draft): void {
  const visit = stranger(draft);
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, ...draft.purchase() });
  const names = [draft.name('u-one-'), draft.name('u-two-')];
  for (const [index, user_id] of [names[0], names[1], names[0]].entries()) {
    const laterUs = timeUs + (index + 1) * 2 * DAY_US;
    const signedIn = { ...visit, session_id: draft.name('s'), user_id };
    const { arrivalMs } = draft.send(laterUs, { ...signedIn, ...draft.fieldsOf('page_view') });
    draft.endsWith(arrivalMs);
    draft.send(laterUs + SECOND_US, { ...signedIn, ...draft.purchase() });
  }
}

function addTiedUsers(draft: Draft): void {
  const visit = stranger(draft);
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, user_id: draft.name('u-'), ...draft.fieldsOf('page_view') });
  draft.send(timeUs, { ...visit, user_id: draft.name('u-'), ...draft.fieldsOf('page_view') });
  draft.send(timeUs + SECOND_US, { ...visit, ...draft.purchase() });
}

/** Earlier than another sign-in and landed after it: the device stays as it was. */
function addSignInThatComesLate(draft: Draft): void {
  const visit = stranger(draft);
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') });
  const newer = { ...visit, session_id: draft.name('s'), user_id: draft.name('u-') };
  draft.send(timeUs + 2 * HOUR_US, { ...newer, ...draft.fieldsOf('page_view') });
  const older = { ...visit, session_id: draft.name('s'), user_id: draft.name('u-') };
  const arrivalMs = Math.ceil((timeUs + 2.5 * DAY_US) / 1000);
  draft.send(timeUs + HOUR_US, { ...older, ...draft.purchase() }, { arrivalMs });
  draft.endsWith(arrivalMs);
}

function addSharedVisit(draft: Draft): void {
  const visit = stranger(draft);
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, user_id: draft.name('u-'), ...draft.fieldsOf('view_item') });
  draft.send(timeUs + SECOND_US, { ...visit, user_id: draft.name('u-'), ...draft.purchase() });
  draft.send(timeUs + 2 * SECOND_US, { ...visit, ...draft.fieldsOf('page_view') });
}

function addSharedVisitId(draft: Draft): void {
  const session_id = draft.name('s');
  const timeUs = draft.someTimeUs();
  for (const visitor of draft.visitors.slice(0, 2)) {
    const visit = { ...draft.visitOf(visitor), session_id };
    for (const type of WALK) draft.send(timeUs, { ...visit, ...draft.fieldsOf(type) });
  }
}

/** What was a new customer's entry is one of an old customer now. */
function addLateFirstSeen(draft: Draft): void {
  const user_id = draft.name('u-late-');
  const visit = { ...stranger(draft), user_id };
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, ...draft.fieldsOf('view_item') });
  const earlier = { ...stranger(draft), anonymous_id: visit.anonymous_id, user_id };
  const arrivalMs = Math.ceil((timeUs + 1.5 * DAY_US) / 1000);
  draft.send(timeUs - 1.2 * DAY_US, { ...earlier, ...draft.fieldsOf('page_view') }, { arrivalMs });
  draft.endsWith(arrivalMs);
}
