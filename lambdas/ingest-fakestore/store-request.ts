import * as z from 'zod';
import { STORE_KINDS, type StoreKind } from '../domain/store/store-kind.ts';

const schema = z.object({ acceptShrink: z.array(z.enum(STORE_KINDS)).default([]) });

/** The invocation asks for what there is not. */
export class StoreRequestError extends Error {
  override readonly name = 'StoreRequestError';
}

/**
 * Kinds whose next snapshot may have shrunk: none of an invocation by schedule; by hand those of
 * `{"slot": "...", "acceptShrink": ["products"]}`, the slot being the refused one or a later one. Throws
 * StoreRequestError.
 */
export function acceptedShrink(event: unknown): readonly StoreKind[] {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data.acceptShrink;
  throw new StoreRequestError(`Expected acceptShrink to list kinds of ${STORE_KINDS.join(', ')}`);
}
