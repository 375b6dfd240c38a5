import { CONTRACT_FIELDS } from './contract.ts';
import type { Span } from './record-lines.ts';

type Members = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder();

/**
 * The content of an accepted event, given by its span behind the brace, as one text: equal for two copies exactly when the JSON values of all their fields but
 * sent_time are equal. Key order, white space and the way a value is written (`1.0`, escapes, an upper-case event_id)
 * make no difference, nor does a null in an optional field, which counts as absent.
 */
export function canonicalContent({ source, from, to }: Span): string {
  const members: Members = JSON.parse(`{${decoder.decode(source.subarray(from, to))}`);
  return JSON.stringify(sortedMembers(members, contentOf));
}

function contentOf(key: string, value: unknown): unknown {
  if (key === 'sent_time' || (value === null && CONTRACT_FIELDS.has(key))) return undefined;
  return key === 'event_id' && typeof value === 'string' ? value.toLowerCase() : sorted(value);
}

/** The value with the members of all its objects in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(sorted) : sortedMembers({ ...value }, (_, child) => sorted(child));
}

/**
 * A copy whose order, the engine's, depends on the set of keys alone; written out in one piece, which is far cheaper than
 * value by value. What becomes undefined is left out. No accepted event has a `__proto__` that an assignment would lose.
 */
function sortedMembers(members: Members, convert: (key: string, value: unknown) => unknown): Members {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) {
    const value = convert(key, members[key]);
    // Where prototypes are frozen, an assignment to an inherited name such as `toString` throws.
    if (key in copy) Object.defineProperty(copy, key, { value, enumerable: true });
    else copy[key] = value;
  }
  return copy;
}
