import {
  CARTS,
  type CatalogueCart,
  type CatalogueProduct,
  type CatalogueUser,
  PRODUCTS,
  USERS,
} from '../catalogue.ts';

export const RESOURCES = ['products', 'users', 'carts'] as const;
export type Resource = (typeof RESOURCES)[number];

/** What the stand-in serves. Replaceable while it runs, so that two snapshots can differ. */
export interface FakeStoreData {
  readonly products: readonly CatalogueProduct[];
  readonly users: readonly CatalogueUser[];
  readonly carts: readonly CatalogueCart[];
}

export const CATALOGUE_DATA: FakeStoreData = { products: PRODUCTS, users: USERS, carts: CARTS };

export function withPrice(data: FakeStoreData, productId: number, price: number): FakeStoreData {
  return {
    ...data,
    products: data.products.map((product) => (product.id === productId ? { ...product, price } : product)),
  };
}

export function withoutProduct(data: FakeStoreData, productId: number): FakeStoreData {
  return { ...data, products: data.products.filter((product) => product.id !== productId) };
}
