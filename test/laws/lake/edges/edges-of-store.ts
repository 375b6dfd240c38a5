import { DAY_US, type Draft, HOUR_US, isoOf } from '../draft.ts';
import type { StoreCart, StoreProduct, StoreSnapshot } from '../history.ts';
import type { Edge } from './edge.ts';

/** One store per history: later edges change what it answers at its slots. */
export const EDGES_OF_STORE: readonly Edge[] = [
  { name: 'snapshots of the store', isCalm: false, add: addSnapshots },
  { name: 'a new price between carts', isCalm: false, add: addNewPrice },
  { name: 'a cart that vanishes', isCalm: false, add: (draft) => vanish(draft, 'carts') },
  { name: 'a cart that vanishes and comes back', isCalm: false, add: addReturn },
  { name: 'a product that vanishes', isCalm: false, add: (draft) => vanish(draft, 'products') },
  { name: 'a cart that changes', isCalm: false, add: addChangedCart },
  { name: 'a cart of nothing', isCalm: false, add: addEmptyCart },
  { name: 'a cart of an unknown product', isCalm: false, add: addUnknownProduct },
  { name: 'a user of the store on the web', isCalm: false, add: addUserOnTheWeb },
];

const SLOTS = 4;

function addSnapshots(draft: Draft): void {
  if (draft.snapshots.length > 0) return;
  const { choices } = draft;
  const slotUs = (slot: number) =>
    draft.startUs + Math.floor((draft.spanDays * slot * DAY_US) / SLOTS / 1000) * 1000;
  const products = Array.from({ length: 6 }, (_, index) => ({
    id: index + 1,
    title: `thing ${index + 1}`,
    category: choices.pick(['things', 'others']),
    price: choices.pick([10, 9.99, 0.1, 0]),
  }));
  const carts = Array.from({ length: 12 }, (_, index) => ({
    id: index + 1,
    userId: 1 + choices.below(6),
    date: secondsOf(slotUs(0) + choices.below(draft.spanDays * 24) * HOUR_US),
    products: [{ productId: 1 + choices.below(6), quantity: 1 + choices.below(3) }],
  }));
  const users = Array.from({ length: 6 }, (_, index) => ({ id: index + 1, email: `${index}@store.example` }));
  for (let slot = 0; slot < SLOTS; slot += 1) {
    draft.snapshots.push({ slot: millisecondsOf(slotUs(slot)), products, users, carts });
  }
}

/** The store from a slot after the first on, as `change` makes it; up to the slot before `until`. */
function alter(
  draft: Draft,
  change: (snapshot: StoreSnapshot) => Partial<StoreSnapshot>,
  slots: { readonly from?: number; readonly until?: number } = {},
): void {
  addSnapshots(draft);
  draft.edges.add('snapshots of the store');
  const from = slots.from ?? 1 + draft.choices.below(SLOTS - 1);
  for (const [slot, snapshot] of draft.snapshots.entries()) {
    if (slot < from || slot >= (slots.until ?? SLOTS)) continue;
    draft.snapshots[slot] = { ...snapshot, ...change(snapshot) };
  }
}

/** A cart stands at the very slot of the new price, one just before it. */
function addNewPrice(draft: Draft): void {
  const id = 1 + draft.choices.below(6);
  const from = 1 + draft.choices.below(SLOTS - 1);
  const price = draft.choices.pick([11, 0.0001, 20.5]);
  alter(draft, ({ products }) => ({ products: changed(products, id, { price }) }), { from });
  const slotMs = Date.parse(draft.snapshots[from]?.slot ?? '');
  const line = { productId: id, quantity: 2 };
  const added: readonly StoreCart[] = [0, 1_000].map((before, index) => ({
    id: 30 + 2 * from + index,
    userId: 1,
    date: new Date(slotMs - before).toISOString(),
    products: [line, { productId: 1, quantity: 1 }],
  }));
  alter(draft, ({ carts }) => ({ carts: [...without(carts, added), ...added] }), { from: from - 1 });
}

function vanish(draft: Draft, kind: 'carts' | 'products'): void {
  const id = 1 + draft.choices.below(6);
  alter(draft, (snapshot) =>
    kind === 'carts'
      ? { carts: without(snapshot.carts, [{ id }]) }
      : { products: without(snapshot.products, [{ id }]) },
  );
}

function addReturn(draft: Draft): void {
  const id = 1 + draft.choices.below(6);
  alter(draft, ({ carts }) => ({ carts: without(carts, [{ id }]) }), { from: 1, until: 2 });
}

/** Another user, another date, another line. */
function addChangedCart(draft: Draft): void {
  const id = 1 + draft.choices.below(6);
  const date = secondsOf(draft.someTimeUs());
  const products = [
    { productId: 1 + draft.choices.below(6), quantity: 3 },
    { productId: 2, quantity: 1 },
  ];
  const userId = 1 + draft.choices.below(6);
  alter(draft, ({ carts }) => ({ carts: changed(carts, id, { date, userId, products }) }));
}

function addEmptyCart(draft: Draft): void {
  alter(draft, ({ carts }) => ({ carts: changed(carts, 3, { products: [] }) }), { from: 0 });
}

function addUnknownProduct(draft: Draft): void {
  const products = [{ productId: 77, quantity: 1 }];
  alter(draft, ({ carts }) => ({ carts: changed(carts, 4, { products }) }), { from: 0 });
}

function addUserOnTheWeb(draft: Draft): void {
  addSnapshots(draft);
  draft.edges.add('snapshots of the store');
  const visit = { anonymous_id: draft.name('d'), session_id: draft.name('s'), user_id: 'fakestore-1' };
  const timeUs = draft.someTimeUs();
  draft.send(timeUs, { ...visit, country: 'DE', ...draft.fieldsOf('view_item') });
  draft.send(timeUs + HOUR_US, { ...visit, ...draft.purchase() });
}

function changed<T extends StoreProduct | StoreCart>(
  entities: readonly T[],
  id: number,
  change: Partial<T>,
): readonly T[] {
  return entities.map((entity) => (entity.id === id ? { ...entity, ...change } : entity));
}

function without<T extends { readonly id: number }>(
  entities: readonly T[],
  others: readonly { readonly id: number }[],
): readonly T[] {
  return entities.filter(({ id }) => others.every((other) => other.id !== id));
}

function millisecondsOf(timeUs: number): string {
  return new Date(Math.floor(timeUs / 1000)).toISOString();
}

function secondsOf(timeUs: number): string {
  return isoOf(Math.floor(timeUs / 1_000_000) * 1_000_000);
}
