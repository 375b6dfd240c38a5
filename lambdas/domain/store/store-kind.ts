import type { LedgerSource } from '../ledger.ts';

/** What the store API lists, each on its own: one failing does not hold the others up. */
export const STORE_KINDS = ['products', 'users', 'carts'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** The ledger's name of a kind; its raw table is `raw_<source>`. */
export const STORE_SOURCES = {
  products: 'fakestore_products',
  users: 'fakestore_users',
  carts: 'fakestore_carts',
} as const satisfies Record<StoreKind, LedgerSource>;
