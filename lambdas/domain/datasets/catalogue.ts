import type { Dataset } from './dataset.ts';
import { EVENT_HISTORY } from './event-history.ts';
import { SHOP_ORDER_LINES, SHOP_ORDERS } from './shop-orders.ts';

/** Every kind of file that can be taken in. */
export const DATASETS: readonly Dataset[] = [EVENT_HISTORY, SHOP_ORDERS, SHOP_ORDER_LINES];

export function findDataset(name: string): Dataset | null {
  return DATASETS.find((dataset) => dataset.name === name) ?? null;
}
