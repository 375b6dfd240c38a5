import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import {
  type EntityReading,
  entityIdSchema,
  firstProblem,
  priceSchema,
  printableName,
  unknownMembers,
} from './entity.ts';

const ratingSchema = z.object({ rate: z.number(), count: z.int().min(0) });

/** What we rely on. The list is the contract: a field that is missing or of another type refuses the page. */
const productSchema = z.object({
  id: entityIdSchema,
  title: z.string(),
  price: priceSchema,
  description: z.string(),
  category: z.string(),
  image: z.string(),
  rating: ratingSchema,
});

/** A document store's version counter: known, and of no use to us. */
const KNOWN_FIELDS = { ...productSchema.shape, __v: null };

/**
 * Reads one product.
 *
 * Its line: `id, title, price, description, category, image, rating_rate, rating_count`, and `extra` when the API sent
 * fields that we do not know: their canonical JSON as text, so that no engine trips over their names.
 */
export function readProduct(value: unknown): EntityReading {
  const parsed = productSchema.safeParse(value);
  if (!parsed.success) return { kind: 'problem', problem: firstProblem(parsed.error) };
  const { rating, ...product } = parsed.data;
  const extra = unknownMembers(value, KNOWN_FIELDS);
  const ratingExtra = unknownMembers(ratingOf(value), ratingSchema.shape);
  const line = JSON.stringify({
    id: product.id,
    title: product.title,
    price: product.price,
    description: product.description,
    category: product.category,
    image: product.image,
    rating_rate: rating.rate,
    rating_count: rating.count,
    ...extraColumn(extra, ratingExtra),
  });
  return {
    kind: 'entity',
    entity: { id: product.id, line },
    unknownFields: [
      ...extra.map(([name]) => printableName(name)),
      ...ratingExtra.map(([name]) => `rating.${printableName(name)}`),
    ],
  };
}

function ratingOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'rating' in value ? value.rating : null;
}

function extraColumn(extra: [string, unknown][], ratingExtra: [string, unknown][]): { extra?: string } {
  if (extra.length + ratingExtra.length === 0) return {};
  const members =
    ratingExtra.length === 0 ? extra : [...extra, ['rating', Object.fromEntries(ratingExtra)] as const];
  return { extra: canonicalJson(Object.fromEntries(members)) };
}
