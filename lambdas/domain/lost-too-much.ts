/** A snapshot of a smaller share of the one before is taken for a fault until a person says otherwise. */
export const MINIMUM_SHARE_PERCENT = 80;

/** Whether a snapshot has lost so much against the last accepted one that it is rather a fault than a sale. */
export function hasLostTooMuch(entities: number, lastEntities: number, minimumSharePercent: number): boolean {
  return entities * 100 < lastEntities * minimumSharePercent;
}
