/** The deepest nesting that a stored value may have; what any shop's entity needs is below ten. */
export const MAX_JSON_DEPTH = 32;

/**
 * One text per JSON value, whatever the order of its keys: members sorted by UTF-16 code units, no white space, numbers
 * as ECMAScript prints them (RFC 8785 in substance).
 *
 * @param value a parsed JSON value that `unstorableReason` let pass: deeper ones would exhaust the stack
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((element: unknown) => canonicalJson(element)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members: [string, unknown][] = Object.entries(value);
  members.sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/**
 * Why a parsed JSON value must not become a line of the lake, or null when it may: engines fail the whole object on a
 * lone surrogate, cut text at a NUL and run out of stack on deep nesting.
 */
export function unstorableReason(value: unknown, levelsLeft = MAX_JSON_DEPTH): string | null {
  if (typeof value === 'string') return unstorableTextReason(value);
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'a number is beyond a double';
  if (typeof value !== 'object' || value === null) return null;
  if (levelsLeft === 0) return `it nests deeper than ${MAX_JSON_DEPTH} levels`;
  for (const [key, member] of Object.entries(value)) {
    const reason = unstorableTextReason(key) ?? unstorableReason(member, levelsLeft - 1);
    if (reason !== null) return reason;
  }
  return null;
}

function unstorableTextReason(text: string): string | null {
  if (!text.isWellFormed()) return 'a text has half a surrogate pair';
  return text.includes('\u0000') ? 'a text has a NUL' : null;
}
