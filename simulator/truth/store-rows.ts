import { US_PER_DAY } from './calendar.ts';
import { moneyText, type Row, timestampText } from './row.ts';
import { priceE4, type StoreHistory, timeUs, type Version } from './store.ts';

const DEFAULT_ACCOUNT_US = timeUs('2020-01-01T00:00:00Z');
const COUNTRY_BY_DIGIT = ['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'CA', 'BR', 'MX', 'AU'];

/** Enrichment: 1 to 90 days before the first cart (2020-01-01 without one), spread by the number. */
export function accountCreatedUs(userId: number, { carts }: StoreHistory): number {
  const cartTimes = [...carts.values()]
    .flat()
    .filter(({ entity }) => entity.userId === userId)
    .map(({ entity }) => timeUs(entity.date));
  const knownUs = cartTimes.length === 0 ? DEFAULT_ACCOUNT_US : Math.min(...cartTimes);
  return knownUs - (((userId * 37) % 90) + 1) * US_PER_DAY;
}

/** Enrichment: one of ten countries by the last digit of the number. */
export function accountCountry(userId: number): string {
  return COUNTRY_BY_DIGIT[userId % 10] ?? '';
}

function stateCells<T extends { readonly id: number }>({ entity, validFromUs, isActive }: Version<T>) {
  return { id: String(entity.id), valid_from: timestampText(validFromUs), is_active: isActive };
}

/** stg_products. Enrichment: listed up to a year before 2020, spread by the number. */
export function productRows({ products }: StoreHistory): Row[] {
  return [...products.values()].flat().map((version) => ({
    ...stateCells(version),
    title: version.entity.title,
    price: moneyText(priceE4(version.entity)),
    description: version.entity.description,
    category: version.entity.category,
    image: version.entity.image,
    rating_rate: version.entity.rating.rate,
    rating_count: version.entity.rating.count,
    created_at: timestampText(DEFAULT_ACCOUNT_US - ((version.entity.id * 53) % 365) * US_PER_DAY),
    is_synthetic_created_at: true,
  }));
}

/** stg_users. The address itself is in no table; its keyed hash is, when the caller can compute it. */
export function userRows(history: StoreHistory, hashEmail: HashEmail): Row[] {
  return [...history.users.values()].flat().map((version) => ({
    ...stateCells(version),
    email_hash: hashEmail(version.entity.email),
    country: accountCountry(version.entity.id),
    created_at: timestampText(accountCreatedUs(version.entity.id, history)),
    is_synthetic_country: true,
    is_synthetic_created_at: true,
  }));
}

/** What the lake keeps of an address (trimmed, lower case): given by who holds the key. */
export type HashEmail = (email: string) => string | null;

/** stg_carts. */
export function cartRows({ carts }: StoreHistory): Row[] {
  return [...carts.values()].flat().map((version) => ({
    ...stateCells(version),
    user_id: String(version.entity.userId),
    cart_at: timestampText(timeUs(version.entity.date)),
    items: JSON.stringify(
      version.entity.products.map((line) => ({
        product_id: String(line.productId),
        quantity: line.quantity,
      })),
    ),
  }));
}
