import { firstBy } from './lists.ts';
import { isBefore } from './shop-event.ts';
import type { Staging } from './staging.ts';

/** That of the first purchase staged; once there is one it stays, so ask after each run until then. */
export function currencyOfFirstPurchase({ events }: Staging): string | null {
  const purchases = events.filter(({ type }) => type === 'purchase');
  return firstBy(purchases, isBefore)?.currency ?? null;
}
