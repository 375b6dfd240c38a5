/** What one pass over the bytes of a JSON text tells, before it is decoded or parsed. */
export interface ByteSurvey {
  /** `{` and `[`, also within strings: no text nests deeper than this. */
  readonly openers: number;
  /** `":` as a compact writer puts it after each key; also counted where a string holds it. */
  readonly keyColons: number;
  /** White space before some colon: then keyColons may be too low. */
  readonly hasLooseColon: boolean;
  /** A number after a key that is not written plainly: see isOddNumber. */
  readonly hasOddNumber: boolean;
  /** Some `\u` escape: only these bring NUL or half a surrogate pair into a text that is UTF-8. */
  readonly hasUnicodeEscape: boolean;
  readonly hasLineBreak: boolean;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LOWER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Plain numbers have at most so many characters: a double holds every decimal of 15 digits exactly enough. */
const MAX_PLAIN_CHARACTERS = 16;

/** The bytes that the survey looks at; all others are passed over by one table look-up. */
const IS_NOTABLE = new Uint8Array(256);
for (const byte of [LINE_FEED, CARRIAGE_RETURN, COLON, OPEN_ARRAY, OPEN_OBJECT, BACKSLASH])
  IS_NOTABLE[byte] = 1;

/** Surveys bytes[from, to). */
export function surveyBytes(bytes: Uint8Array, from: number, to: number): ByteSurvey {
  let openers = 0;
  let keyColons = 0;
  let hasLooseColon = false;
  let hasOddNumber = false;
  let hasUnicodeEscape = false;
  let hasLineBreak = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (IS_NOTABLE[byte] === 0) continue;
    if (byte === COLON) {
      const before = at > from ? bytes[at - 1] : 0;
      if (before === QUOTE) {
        keyColons += 1;
        hasOddNumber ||= isOddNumber(bytes, at + 1, to);
      } else if (isWhiteSpace(before)) {
        hasLooseColon = true;
      }
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      openers += 1;
    } else if (byte === BACKSLASH) {
      hasUnicodeEscape ||= bytes[at + 1] === LOWER_U;
    } else {
      hasLineBreak = true;
    }
  }
  return { openers, keyColons, hasLooseColon, hasOddNumber, hasUnicodeEscape, hasLineBreak };
}

/**
 * Whether the value at `from` is a number that engines may read otherwise than its double: with a sign, an exponent,
 * very many digits, or a fraction of nothing but zeros (`1.0` is no integer to a cast from text).
 */
function isOddNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let start = from;
  while (start < to && isWhiteSpace(bytes[start])) start += 1;
  const first = bytes[start] ?? 0;
  if (first === MINUS) return true;
  if (first < ZERO || first > NINE) return false;
  let at = skipDigits(bytes, start, to);
  if (bytes[at] === DOT) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction, to);
    let zeros = fraction;
    while (zeros < at && bytes[zeros] === ZERO) zeros += 1;
    if (zeros === at) return true;
  }
  const isExponent = at < to && ((bytes[at] ?? 0) | SPACE) === 0x65;
  return isExponent || at - start > MAX_PLAIN_CHARACTERS;
}

function skipDigits(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) >= ZERO && (bytes[at] ?? 0) <= NINE) at += 1;
  return at;
}

/** Whether brackets outside of strings nest deeper than `maxDepth`. Reads broken JSON as well as it can. */
export function isDeeperThan(maxDepth: number, bytes: Uint8Array, from: number, to: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
  }
  return false;
}

/** JSON's white space, and only that. */
export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === TAB || byte === CARRIAGE_RETURN;
}

/** Line breaks between tokens become spaces, since a line of a raw object is one event. A copy of bytes[from, to). */
export function withoutLineBreaks(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return bytes.slice(from, to).map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
}

/** The spans [from, to) of the lines that hold more than white space. */
export function linesOf(bytes: Uint8Array): readonly (readonly [number, number])[] {
  const lines: [number, number][] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, from);
    const end = found < 0 ? bytes.length : found;
    const [start, stop] = trimmed(bytes, from, end);
    if (start < stop) lines.push([start, stop]);
    from = end + 1;
  }
  return lines;
}

/** The span without the white space at its ends. */
export function trimmed(bytes: Uint8Array, from: number, to: number): readonly [number, number] {
  let start = from;
  let end = to;
  while (start < end && isWhiteSpace(bytes[start])) start += 1;
  while (end > start && isWhiteSpace(bytes[end - 1])) end -= 1;
  return [start, end];
}
