import { moneyText, type Row, timestampText } from './row.ts';
import { priceE4, type StoreHistory, type StoreProduct, type Version } from './store.ts';

/** A version of a product with the time for which it holds. */
export interface ProductVersion {
  readonly version: Version<StoreProduct>;
  /** The first version holds from 1970-01-01. */
  readonly fromUs: number;
  /** Null: it still holds. */
  readonly toUs: number | null;
}

export type ProductVersions = ReadonlyMap<string, readonly ProductVersion[]>;

export function productVersions({ products }: StoreHistory): ProductVersions {
  const versions = new Map<string, ProductVersion[]>();
  for (const [id, history] of products) {
    versions.set(
      id,
      history.map((version, index) => ({
        version,
        fromUs: index === 0 ? 0 : version.validFromUs,
        toUs: history[index + 1]?.validFromUs ?? null,
      })),
    );
  }
  return versions;
}

/** The version that held at a time: from <= time < to. */
export function versionAt(
  versions: ProductVersions,
  productId: string,
  timeUs: number,
): ProductVersion | null {
  const history = versions.get(productId) ?? [];
  return history.find(({ fromUs, toUs }) => fromUs <= timeUs && (toUs === null || timeUs < toUs)) ?? null;
}

/** dim_product. */
export function dimProductRows(versions: ProductVersions): Row[] {
  return [...versions].flatMap(([productId, history]) =>
    history.map(({ version, fromUs, toUs }) => ({
      product_id: productId,
      valid_from: timestampText(fromUs),
      valid_to: timestampText(toUs),
      is_current: toUs === null,
      name: version.entity.title,
      category: version.entity.category,
      price: moneyText(priceE4(version.entity)),
      is_active: version.isActive,
      // Only the date of listing is made up, and it is no column here.
      is_synthetic: false,
    })),
  );
}
