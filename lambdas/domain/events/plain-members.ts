import { CONTRACT_FIELDS } from './contract.ts';
import { FIELDS } from './plain-fields.ts';
import type { Span } from './record-lines.ts';
import { hashStep } from './word-table.ts';

/** Larger events are few, and take the other way. */
const MAX_BYTES = 32_768;
const MAX_OTHERS = 16;
const MAX_DIGITS = 15;
/** From so many zeros behind the dot on a number is written with an exponent. */
const MAX_LEADING_ZEROS = 5;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const UPPER_A = 0x41;
const UPPER_E = 0x45;
const UPPER_F = 0x46;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const BEYOND_ASCII = 0x80;

const NAMES = [...CONTRACT_FIELDS];
const EVENT_ID = NAMES.indexOf('event_id');
const SENT_TIME = NAMES.indexOf('sent_time');
const PLACES_BY_NAME = [...NAMES].sort().map((name) => NAMES.indexOf(name));

/** Where a member stands in the event: its name without quotes, and its value. */
interface Member {
  nameFrom: number;
  nameTo: number;
  from: number;
  to: number;
}

/**
 * Writes the content of an accepted event without parsing it: members are found by their quotes and commas, and copied
 * in one order. What would have to be written in another way (escapes, numbers such as 1.0, capitals in the event_id) is
 * left to others.
 */
export class PlainMembers {
  readonly #sortedText: (json: Uint8Array) => Uint8Array;
  /** By place in the contract; `to` is 0 for what the event has not. */
  readonly #fields: readonly Member[] = NAMES.map(emptyMember);
  readonly #others: readonly Member[] = Array.from({ length: MAX_OTHERS }, emptyMember);
  #otherCount = 0;
  #source: Uint8Array = new Uint8Array();
  readonly #written = new Uint8Array(MAX_BYTES * 2);
  #length = 0;

  /** `sortedText`: how the JSON text of an object or a list is written in the order of its keys. */
  constructor(sortedText: (json: Uint8Array) => Uint8Array) {
    this.#sortedText = sortedText;
  }

  /** Null when it is to be written by other means. The bytes hold only until the next call. */
  contentOf(event: Span): Uint8Array | null {
    if (event.to - event.from > MAX_BYTES) return null;
    this.#source = event.source;
    this.#otherCount = 0;
    for (const field of this.#fields) field.to = 0;
    return this.#find(event) && this.#writeAll() ? this.#written.subarray(0, this.#length - 1) : null;
  }

  #find({ from, to }: Span): boolean {
    const source = this.#source;
    for (let at = from; at < to; ) {
      const nameFrom = skipSpaces(source, at) + 1;
      let hash = 0;
      let nameTo = nameFrom;
      for (let byte = source[nameTo]; byte !== QUOTE; byte = source[nameTo]) {
        if (byte === BACKSLASH || byte === undefined || byte >= BEYOND_ASCII) return false;
        hash = hashStep(hash, byte);
        nameTo += 1;
      }
      const place = FIELDS.find(source, nameFrom, nameTo, hash);
      const member = place < 0 ? this.#others[this.#otherCount++] : this.#fields[place];
      if (member === undefined) return false;
      member.nameFrom = nameFrom;
      member.nameTo = nameTo;
      member.from = skipSpaces(source, skipSpaces(source, nameTo + 1) + 1);
      member.to = endOfValue(source, member.from);
      if (member.to < 0 || (place === EVENT_ID && hasCapitals(source, member))) return false;
      at = skipSpaces(source, member.to) + 1;
      if (source[at - 1] === CLOSING_BRACE) return true;
    }
    return false;
  }

  #writeAll(): boolean {
    const others = this.#others.slice(0, this.#otherCount);
    if (others.length > 1) others.sort((left, right) => this.#compare(left, right));
    let written = 0;
    this.#length = 0;
    for (const place of PLACES_BY_NAME) {
      const member = this.#fields[place];
      if (member === undefined || member.to === 0) continue;
      for (let other = others[written]; other !== undefined; other = others[written]) {
        if (this.#compare(other, member) > 0) break;
        if (!this.#write(other)) return false;
        written += 1;
      }
      const isContent = place !== SENT_TIME && this.#source[member.from] !== LOWER_N;
      if (isContent && !this.#write(member)) return false;
    }
    return others.slice(written).every((member) => this.#write(member));
  }

  /** `"name":value,`; false when there is no room. */
  #write({ nameFrom, nameTo, from, to }: Member): boolean {
    const first = this.#source[from];
    this.#copy(this.#source, nameFrom - 1, nameTo + 1);
    this.#written[this.#length++] = COLON;
    if (first === OPENING_BRACE || first === OPENING_BRACKET) {
      const text = this.#sortedText(this.#source.subarray(from, to));
      // Numbers may grow when they are written out.
      if (this.#length + text.length + MAX_BYTES > this.#written.length) return false;
      this.#copy(text, 0, text.length);
    } else this.#copy(this.#source, from, to);
    this.#written[this.#length++] = COMMA;
    return true;
  }

  /** Byte by byte: for a few of them a call would take longer. */
  #copy(source: Uint8Array, from: number, to: number): void {
    const written = this.#written;
    let at = this.#length;
    for (let place = from; place < to; place += 1) written[at++] = source[place] ?? 0;
    this.#length = at;
  }

  /** By their names, as JavaScript compares ASCII texts. */
  #compare(left: Member, right: Member): number {
    const source = this.#source;
    const length = Math.min(left.nameTo - left.nameFrom, right.nameTo - right.nameFrom);
    for (let place = 0; place < length; place += 1) {
      const difference = (source[left.nameFrom + place] ?? 0) - (source[right.nameFrom + place] ?? 0);
      if (difference !== 0) return difference;
    }
    return left.nameTo - left.nameFrom - (right.nameTo - right.nameFrom);
  }
}

function emptyMember(): Member {
  return { nameFrom: 0, nameTo: 0, from: 0, to: 0 };
}

function skipSpaces(source: Uint8Array, from: number): number {
  let at = from;
  for (let byte = source[at]; byte !== undefined && byte <= SPACE; byte = source[at]) at += 1;
  return at;
}

function hasCapitals(source: Uint8Array, { from, to }: Member): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = source[at] ?? 0;
    if (byte >= UPPER_A && byte <= UPPER_F) return true;
  }
  return false;
}

/** Behind the value that begins at `from`; -1 when its spelling is not the one that JSON.stringify gives. */
function endOfValue(source: Uint8Array, from: number): number {
  const first = source[from];
  if (first === QUOTE) return endOfString(source, from);
  if (first === OPENING_BRACE || first === OPENING_BRACKET) return endOfNested(source, from);
  if (first === MINUS || isDigit(first)) return endOfNumber(source, from);
  return from + (first === LOWER_F ? 'false'.length : 'true'.length);
}

function endOfString(source: Uint8Array, from: number): number {
  for (let at = from + 1; ; at += 1) {
    const byte = source[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH || byte === undefined) return -1;
  }
}

/** Of an object or a list, however it is written. */
function endOfNested(source: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const byte = source[at];
    if (byte === QUOTE) at = behindAnyString(source, at) - 1;
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth += 1;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function behindAnyString(source: Uint8Array, from: number): number {
  for (let at = from + 1; at < source.length; at += 1) {
    const byte = source[at];
    if (byte === BACKSLASH) at += 1;
    else if (byte === QUOTE) return at + 1;
  }
  return source.length;
}

/** Neither -0 nor an exponent, no zero at the end of a fraction, and few digits. */
function endOfNumber(source: Uint8Array, from: number): number {
  const isNegative = source[from] === MINUS;
  const wholeFrom = isNegative ? from + 1 : from;
  const wholeTo = endOfDigits(source, wholeFrom);
  const isBelowOne = source[wholeFrom] === ZERO;
  if (source[wholeTo] !== DOT) {
    const isPlain = wholeTo - wholeFrom <= MAX_DIGITS && !(isNegative && isBelowOne);
    return isPlain && !isExponent(source[wholeTo]) ? wholeTo : -1;
  }
  const to = endOfDigits(source, wholeTo + 1);
  let zerosTo = wholeTo + 1;
  while (source[zerosTo] === ZERO) zerosTo += 1;
  const isSmall = isBelowOne && zerosTo - wholeTo - 1 > MAX_LEADING_ZEROS;
  const isLong = to - wholeFrom - 1 > MAX_DIGITS;
  return isSmall || isLong || source[to - 1] === ZERO || isExponent(source[to]) ? -1 : to;
}

function endOfDigits(source: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(source[at])) at += 1;
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10;
}

function isExponent(byte: number | undefined): boolean {
  return byte === UPPER_E || byte === LOWER_E;
}
