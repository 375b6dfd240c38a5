import { type Draft, type Fields, HOUR_US, MINUTE_US, SECOND_US, type Visitor } from './draft.ts';

const CHANNELS = ['direct', 'email', null];
const COUNTRIES = ['DE', 'US', null];
const DEVICES = ['mobile', 'desktop', null];

/** Types in the order of a walk through the shop; a visit takes most of them, some twice. */
const WALK = [
  'page_view',
  'search',
  'view_item',
  'view_item',
  'add_to_cart',
  'page_view',
  'begin_checkout',
  'purchase',
  'remove_from_cart',
  'search',
  'view_item',
  'add_to_cart',
  'sign_up',
] as const;

/** Five to eight visitors: signed in always, sometimes or never. In a calm history nobody signs in later. */
export function addVisitors(draft: Draft): void {
  const { choices } = draft;
  const count = 5 + choices.below(4);
  for (let each = 0; each < count; each += 1) {
    // The first is signed in always and the second never, so that each history has both.
    const signedIn = each < 2 ? 4 * (1 - each) : draft.isCalm ? choices.pick([0, 4]) : choices.below(5);
    draft.visitors.push({
      userId: signedIn === 0 ? null : `u${each}`,
      devices: Array.from({ length: 1 + choices.below(2) }, () => draft.name('d')),
      channel: choices.pick(CHANNELS),
      country: choices.pick(COUNTRIES),
      device: choices.pick(DEVICES),
      signedIn,
    });
  }
}

/** Visits of each visitor, then of any, until the history has so many events. */
export function addVisits(draft: Draft, events: number): void {
  for (const visitor of draft.visitors) addVisit(draft, visitor);
  while (draft.sendings.length < events) addVisit(draft, draft.somebody());
}

/** One walk: steps are left out, repeated or tied as it comes. */
function addVisit(draft: Draft, visitor: Visitor): void {
  const { choices } = draft;
  const visit = draft.visitOf(visitor);
  const keeps = 3 + choices.below(4);
  let timeUs = draft.someTimeUs();
  for (const type of WALK) {
    if (choices.below(6) >= keeps) continue;
    timeUs += gapUs(draft);
    const fields = { ...someOf(draft, visit, visitor), ...fieldsOf(draft, type) };
    const { event, arrivalMs, shard } = draft.send(timeUs, fields);
    if (type === 'purchase' && choices.onceIn(3)) {
      const laterUs = timeUs + choices.pick([SECOND_US, HOUR_US, 30 * HOUR_US]);
      const session = laterUs - timeUs > HOUR_US ? { session_id: draft.name('s') } : {};
      // In the shard of its order and after it: a refund that knows no order is an edge of its own.
      draft.send(
        laterUs,
        { ...visit, ...session, ...draft.refund(String(event.order_id)) },
        { arrivalMs: Math.max(arrivalMs + 1, Math.ceil(laterUs / 1000)), shard },
      );
    }
  }
}

function fieldsOf(draft: Draft, type: string): Fields {
  return type === 'purchase' ? draft.purchase() : draft.fieldsOf(type);
}

/** The visit's fields, some of them absent here and there; who signs in sometimes is named in some. */
function someOf(draft: Draft, visit: Fields, { signedIn }: Visitor): Fields {
  const { choices } = draft;
  const left = Object.entries(visit).filter(([name]) => {
    if (name === 'user_id') return choices.below(4) < signedIn;
    return !['channel', 'country', 'device'].includes(name) || !choices.onceIn(3);
  });
  return Object.fromEntries(left);
}

/** Between two events of a visit: nothing in one case of four. */
function gapUs(draft: Draft): number {
  const gaps = [0, 0, 1, SECOND_US, 20 * SECOND_US, MINUTE_US, 10 * MINUTE_US, HOUR_US];
  return draft.choices.pick(gaps);
}
