import type { StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';

export interface Sizes {
  readonly objects: number;
  /** Compressed, as they lie in the store. */
  readonly bytes: number;
}

/** Of all objects that the rows name, each once. */
export function sizesOf(rows: readonly StoredLedgerRow[]): Sizes {
  const byKey = new Map(rows.flatMap((row) => row.objects.map((object) => [object.key, object.sizeBytes])));
  return { objects: byKey.size, bytes: [...byKey.values()].reduce((sum, bytes) => sum + bytes, 0) };
}
