import type { OracleInput, StoreAnswer } from './input.ts';
import { moneyText, parseMoney } from './money.ts';
import type { Row } from './row.ts';
import { type Version, versionsOf } from './store-versions.ts';
import { timeText, timeTextOrNull } from './times.ts';

export interface ProductVersion extends Version<StoreAnswer['products'][number]> {
  /** The first version holds from 1970 on. */
  readonly holdsFromUs: number;
  /** Null: it still holds. */
  readonly holdsToUs: number | null;
}

export function productVersions({ snapshots }: OracleInput): readonly ProductVersion[] {
  const versions = versionsOf(snapshots, ({ products }) => products);
  return versions.map((version, index) => {
    const isFirst = !versions.slice(0, index).some(({ id }) => id === version.id);
    const next = versions.slice(index + 1).find(({ id }) => id === version.id);
    return {
      ...version,
      holdsFromUs: isFirst ? 0 : version.validFromUs,
      holdsToUs: next?.validFromUs ?? null,
    };
  });
}

/** The version that holds at a time: from <= time < to. Null for a product that no catalogue knows. */
export function versionAt(
  versions: readonly ProductVersion[],
  productId: string | null,
  timeUs: number,
): ProductVersion | null {
  const found = versions.find(
    ({ id, holdsFromUs, holdsToUs }) =>
      String(id) === productId && holdsFromUs <= timeUs && (holdsToUs === null || timeUs < holdsToUs),
  );
  return found ?? null;
}

/** Rows of dim_product. */
export function productRows(versions: readonly ProductVersion[]): readonly Row[] {
  return versions.map(({ id, entity, isActive, validFromUs, holdsFromUs, holdsToUs }) => ({
    product_id: String(id),
    valid_from: timeText(holdsFromUs),
    valid_to: timeTextOrNull(holdsToUs),
    is_current: holdsToUs === null,
    name: entity.title,
    category: entity.category,
    price: moneyText(parseMoney(entity.price)),
    is_active: isActive,
    updated_at: timeText(validFromUs),
  }));
}
