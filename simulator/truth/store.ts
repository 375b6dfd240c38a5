/** The store API's entities, as far as the tables know them. */
export interface StoreProduct {
  readonly id: number;
  readonly title: string;
  readonly price: number;
  readonly description: string;
  readonly category: string;
  readonly image: string;
  readonly rating: { readonly rate: number; readonly count: number };
}

export interface StoreUser {
  readonly id: number;
  readonly email: string;
}

export interface StoreCart {
  readonly id: number;
  readonly userId: number;
  /** ISO time, UTC. */
  readonly date: string;
  readonly products: readonly { readonly productId: number; readonly quantity: number }[];
}

/** What the store API answered at one slot; a list that is absent was not accepted then. */
export interface StoreSnapshot {
  /** ISO time, UTC. */
  readonly slot: string;
  readonly products?: readonly StoreProduct[];
  readonly users?: readonly StoreUser[];
  readonly carts?: readonly StoreCart[];
}

/** A state of an entity, from one slot to the next state. */
export interface Version<T> {
  readonly entity: T;
  readonly validFromUs: number;
  readonly isActive: boolean;
}

export interface StoreHistory {
  readonly products: ReadonlyMap<string, readonly Version<StoreProduct>[]>;
  readonly users: ReadonlyMap<string, readonly Version<StoreUser>[]>;
  readonly carts: ReadonlyMap<string, readonly Version<StoreCart>[]>;
}

/** Versions of each entity by its id as text, oldest first. */
export function storeHistory(snapshots: readonly StoreSnapshot[]): StoreHistory {
  const ordered = [...snapshots].sort((left, right) => timeUs(left.slot) - timeUs(right.slot));
  return {
    products: versionsOf(
      ordered,
      (snapshot) => snapshot.products,
      ({ title, price, description, category, image, rating }) => [
        title,
        price,
        description,
        category,
        image,
        rating.rate,
        rating.count,
      ],
    ),
    users: versionsOf(
      ordered,
      (snapshot) => snapshot.users,
      ({ email }) => [email.trim().toLowerCase()],
    ),
    carts: versionsOf(
      ordered,
      (snapshot) => snapshot.carts,
      ({ userId, date, products }) => [
        userId,
        date,
        ...products.flatMap((line) => [line.productId, line.quantity]),
      ],
    ),
  };
}

/** A version for each slot at which the entity appeared, changed, vanished or came back. */
function versionsOf<T extends { readonly id: number }>(
  snapshots: readonly StoreSnapshot[],
  listOf: (snapshot: StoreSnapshot) => readonly T[] | undefined,
  fieldsOf: (entity: T) => readonly (string | number)[],
): Map<string, Version<T>[]> {
  const histories = new Map<string, Version<T>[]>();
  for (const snapshot of snapshots) {
    const list = listOf(snapshot);
    if (list === undefined) continue;
    const validFromUs = timeUs(snapshot.slot);
    for (const entity of list) {
      const history = histories.get(String(entity.id)) ?? [];
      histories.set(String(entity.id), history);
      const last = history.at(-1);
      const isSame = last?.isActive === true && isEqual(fieldsOf(last.entity), fieldsOf(entity));
      if (!isSame) history.push({ entity, validFromUs, isActive: true });
    }
    const present = new Set(list.map((entity) => String(entity.id)));
    for (const [id, history] of histories) {
      const last = history.at(-1);
      if (last?.isActive === true && !present.has(id)) {
        history.push({ entity: last.entity, validFromUs, isActive: false });
      }
    }
  }
  return histories;
}

function isEqual(left: readonly (string | number)[], right: readonly (string | number)[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

export function timeUs(iso: string): number {
  return Date.parse(iso) * 1000;
}

/** Ten-thousandths of a price with at most four places. */
export function priceE4(product: StoreProduct): bigint {
  return BigInt(Math.round(product.price * 10_000));
}

/** The newest version, which decides what the entity is now. */
export function latest<T>(history: readonly Version<T>[]): Version<T> | undefined {
  return history.at(-1);
}
