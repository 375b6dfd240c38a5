import { CONTRACT_FIELDS } from './contract.ts';
import { PlainMembers } from './plain-members.ts';
import type { Span } from './record-lines.ts';

type Members = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
/** Kept from event to event, as is what it gives. */
const PLAIN = new PlainMembers(sortedText);

/**
 * The content of an accepted event, given by its span behind the brace, as the bytes of one text: equal for two copies
 * exactly when the JSON values of all their fields but sent_time are equal. Key order, white space and the way a value
 * is written (`1.0`, escapes, an upper-case event_id) make no difference, nor does a null in an optional field, which
 * counts as absent. The bytes hold only until the next call.
 */
export function canonicalContent(event: Span): Uint8Array {
  return PLAIN.contentOf(event) ?? encoder.encode(parsedContent(event));
}

/** The same text by way of the parsed event: its members without braces, in the order of their names. */
export function parsedContent({ source, from, to }: Span): string {
  const members: Members = JSON.parse(`{${decoder.decode(source.subarray(from, to))}`);
  return Object.keys(members)
    .filter((name) => isContent(name, members[name]))
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(contentOf(name, members[name]))}`)
    .join(',');
}

function isContent(name: string, value: unknown): boolean {
  return name !== 'sent_time' && (value !== null || !CONTRACT_FIELDS.has(name));
}

function contentOf(name: string, value: unknown): unknown {
  return name === 'event_id' && typeof value === 'string' ? value.toLowerCase() : sorted(value);
}

/** The JSON text of a value as parsedContent has it. */
function sortedText(json: Uint8Array): Uint8Array {
  return encoder.encode(JSON.stringify(sorted(JSON.parse(decoder.decode(json)))));
}

/** The value with the members of all its objects in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(sorted) : sortedMembers({ ...value });
}

/**
 * A copy whose order, the engine's, depends on the set of keys alone; written out in one piece, which is far cheaper than
 * value by value. No accepted event has a `__proto__` that an assignment would lose.
 */
function sortedMembers(members: Members): Members {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(members).sort()) {
    const value = sorted(members[key]);
    // Where prototypes are frozen, an assignment to an inherited name such as `toString` throws.
    if (key in copy) Object.defineProperty(copy, key, { value, enumerable: true });
    else copy[key] = value;
  }
  return copy;
}
