import { unstorableReason } from './canonical-json.ts';
import { readCart } from './cart.ts';
import type { EntityReading, HashEmail, StoreEntity } from './entity.ts';
import { readProduct } from './product.ts';
import type { StoreKind } from './store-kind.ts';
import { readUser } from './user.ts';

/** A whole answer of the API: taken whole, or refused whole. */
export type PageReading =
  | {
      readonly kind: 'page';
      /** Ascending by id, so that the order of the answer makes no new snapshot. */
      readonly entities: readonly StoreEntity[];
      /** Names of the fields that no contract knows, ascending. */
      readonly unknownFields: readonly string[];
    }
  | { readonly kind: 'refused'; readonly detail: string };

const READERS: Readonly<Record<StoreKind, (value: unknown, hashEmail: HashEmail) => EntityReading>> = {
  products: readProduct,
  users: readUser,
  carts: readCart,
};

/**
 * Reads the rows of one answer. Refused whole: no rows, a row that misses a field or has it of another type, text that
 * engines cannot hold, two rows of one id.
 */
export function readPage(kind: StoreKind, rows: readonly unknown[], hashEmail: HashEmail): PageReading {
  if (rows.length === 0) return refused(`expected ${kind}, got an empty list`);
  const entities = new Map<number, StoreEntity>();
  const unknownFields = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const unstorable = unstorableReason(row);
    if (unstorable !== null) return refused(`${kind}[${index}] cannot be stored: ${unstorable}`);
    const reading = READERS[kind](row, hashEmail);
    if (reading.kind === 'problem') {
      return refused(`${kind}[${index}] breaks the contract: ${reading.problem}`);
    }
    const { id } = reading.entity;
    if (entities.has(id)) return refused(`${kind}[${index}] repeats the id ${id}`);
    entities.set(id, reading.entity);
    for (const name of reading.unknownFields) unknownFields.add(name);
  }
  return {
    kind: 'page',
    entities: [...entities.values()].sort((left, right) => left.id - right.id),
    unknownFields: [...unknownFields].sort(),
  };
}

/** The body of the raw object: one entity a line. Equal snapshots give equal bytes, whatever the API's order. */
export function snapshotBody(entities: readonly StoreEntity[]): string {
  return entities.map((entity) => `${entity.line}\n`).join('');
}

function refused(detail: string): PageReading {
  return { kind: 'refused', detail };
}
