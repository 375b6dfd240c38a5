import * as z from 'zod';
import { type EntityReading, entityIdSchema, firstProblem, printableName, unknownMembers } from './entity.ts';

const MAX_QUANTITY = 10_000;
const MAX_LINES = 500;

/** UTC, to the second or finer: what every engine casts to timestamp(6) without rounding. */
const STORABLE_TIME = /T\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

const cartLineSchema = z.object({ productId: entityIdSchema, quantity: z.int().min(1).max(MAX_QUANTITY) });

const cartSchema = z.object({
  id: entityIdSchema,
  userId: entityIdSchema,
  date: z.iso
    .datetime()
    .refine((date) => STORABLE_TIME.test(date), { error: 'expected seconds, and at most microseconds' }),
  products: z.array(cartLineSchema).max(MAX_LINES),
});

const KNOWN_FIELDS = { ...cartSchema.shape, __v: null };

/**
 * Reads one cart.
 *
 * Its line: `id, user_id, date, items`, where items is `[{"product_id":"1","quantity":4}]` in the order of the cart:
 * product ids are text there, as in the items of an event. A field that we do not know is dropped, since a cart's may be
 * about a person (an address, a note); its name is reported.
 */
export function readCart(value: unknown): EntityReading {
  const parsed = cartSchema.safeParse(value);
  if (!parsed.success) return { kind: 'problem', problem: firstProblem(parsed.error) };
  const { id, userId, date, products } = parsed.data;
  const items = products.map((line) => ({ product_id: String(line.productId), quantity: line.quantity }));
  return {
    kind: 'entity',
    entity: { id, line: JSON.stringify({ id, user_id: userId, date, items }) },
    unknownFields: [...new Set([...unknownOfCart(value), ...unknownOfLines(value)])],
  };
}

function unknownOfCart(value: unknown): string[] {
  return unknownMembers(value, KNOWN_FIELDS).map(([name]) => printableName(name));
}

function unknownOfLines(value: unknown): string[] {
  const lines = typeof value === 'object' && value !== null && 'products' in value ? value.products : [];
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line: unknown) =>
    unknownMembers(line, { ...cartLineSchema.shape, _id: null }).map(
      ([name]) => `products.${printableName(name)}`,
    ),
  );
}
