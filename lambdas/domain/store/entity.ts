import * as z from 'zod';

/** One entity as the lake keeps it. */
export interface StoreEntity {
  readonly id: number;
  /** Its raw line, without the line feed: flat JSON, snake_case names, keys in a fixed order. */
  readonly line: string;
}

/** What an entity of the API turned out to be. Neither message nor names ever hold a value of it. */
export type EntityReading =
  | { readonly kind: 'entity'; readonly entity: StoreEntity; readonly unknownFields: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** Turns an address into what the lake may know of it: a keyed hash, given by the caller. */
export type HashEmail = (address: string) => string;

export const entityIdSchema = z.int().min(1);

const MAX_PRICE = 99_999_999;
const PLAIN_PRICE = /^\d+(\.\d{1,4})?$/;

/** Money is decimal(18,4): a price with more places would be rounded without a word, so it is refused. */
export const priceSchema = z
  .number()
  .min(0)
  .max(MAX_PRICE)
  .refine((price) => PLAIN_PRICE.test(String(price)), { error: 'expected at most four decimal places' });

/** The first thing that a schema has against a value: `price: Invalid input: expected number, received string`. */
export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** The members of an object that a contract does not name; of anything else, none. */
export function unknownMembers(
  value: unknown,
  known: Readonly<Record<string, unknown>>,
): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).filter(([key]) => !Object.hasOwn(known, key));
}

const PRINTABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;

/** A field's name for a message: a name that does not look like one may be data, and is not shown. */
export function printableName(name: string): string {
  return PRINTABLE_NAME.test(name) ? name : '(a name of other characters)';
}
