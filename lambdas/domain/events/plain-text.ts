import { daysSinceEpoch, MAX_OFFSET_MINUTES } from './event-time.ts';
import { UNITS_PER_WHOLE } from './money.ts';
import { hashStep } from './word-table.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
const LOWER_N = 0x6e;

/** Digits of a number that is surely exact in a double; of the whole part of money, surely within its bounds. */
const MAX_DIGITS = 15;
const MAX_MONEY_DIGITS = 9;
const MAX_PLACES = 4;
const UUID_CHARACTERS = 36;
const BEYOND_ASCII = 0x80;
const US_PER_SECOND = 1_000_000;
const MAX_FRACTION_DIGITS = 6;

/** What a byte may be part of. */
const PLAIN = 1;
const ID = 2;
const WORD = 4;
const HEX = 8;
const UPPER = 16;
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return (
    (byte >= BEYOND_ASCII || /[ !#-[\]-~]/.test(character) ? PLAIN : 0) +
    (/[A-Za-z0-9_.:-]/.test(character) ? ID : 0) +
    (/[a-z0-9_]/.test(character) ? WORD : 0) +
    (/[0-9A-Fa-f]/.test(character) ? HEX : 0) +
    (/[A-Z]/.test(character) ? UPPER : 0)
  );
});

/**
 * Reads JSON tokens off bytes, in the plainest of their spellings alone: strings without escapes, numbers without sign and
 * exponent. Each method reads one token and moves behind it, or gives false (numbers: -1, times: NaN), and
 * then the text is to be read by other means. It may read beyond the event's end: who calls compares.
 */
export class PlainText {
  bytes: Uint8Array = new Uint8Array();
  /** Of the next byte. */
  at = 0;
  /** The characters of the last string. */
  from = 0;
  to = 0;
  /** Of the last word, as WordTable wants it. */
  hash = 0;
  /** The last UUID has capitals. */
  isUpper = false;
  /** No string since the beginning held anything else; else somebody has to ask whether it is UTF-8. */
  isAscii = true;

  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.isAscii = true;
  }

  skipSpaces(): void {
    while (this.bytes[this.at] === SPACE) this.at += 1;
  }

  take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  /** A string of small letters, digits and `_`. */
  word(): boolean {
    return this.#hashed(WORD);
  }

  /** A string of capitals. */
  code(): boolean {
    return this.#hashed(UPPER);
  }

  #hashed(kind: number): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    let hash = 0;
    let at = from;
    for (; (classOf(bytes, at) & kind) !== 0; at += 1) hash = hashStep(hash, bytes[at] ?? 0);
    this.hash = hash;
    return this.#string(from, at);
  }

  /** A string of the characters of an id, of any length but none. */
  id(): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    let at = from;
    while ((classOf(bytes, at) & ID) !== 0) at += 1;
    return this.#string(from, at) && at > from;
  }

  /** A string without escapes, as JSON has them, of ASCII or beyond. */
  printable(): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    let at = from;
    let bits = 0;
    for (; (classOf(bytes, at) & PLAIN) !== 0; at += 1) bits |= bytes[at] ?? 0;
    if (bits >= BEYOND_ASCII) this.isAscii = false;
    return this.#string(from, at);
  }

  uuid(): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    let isHex = HEX;
    let upper = 0;
    for (let place = 0; place < UUID_CHARACTERS; place += 1) {
      if (place === 8 || place === 13 || place === 18 || place === 23) {
        if (bytes[from + place] !== MINUS) return false;
      } else {
        const kind = classOf(bytes, from + place);
        isHex &= kind;
        upper |= kind & UPPER;
      }
    }
    this.isUpper = upper !== 0;
    return isHex !== 0 && this.#string(from, from + UUID_CHARACTERS);
  }

  /** `"YYYY-MM-DDThh:mm:ss[.ffffff](Z|+hh:mm)"` as microseconds since the epoch; NaN when it is none, or no day of the calendar. */
  time(): number {
    const { bytes } = this;
    const from = this.at + 1;
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
    const month = twoDigits(bytes, from + 5);
    const dayOfMonth = twoDigits(bytes, from + 8);
    const hours = twoDigits(bytes, from + 11);
    const minutes = twoDigits(bytes, from + 14);
    const seconds = twoDigits(bytes, from + 17);
    const isTime =
      bytes[from + 4] === MINUS &&
      bytes[from + 7] === MINUS &&
      bytes[from + 10] === UPPER_T &&
      bytes[from + 13] === COLON &&
      bytes[from + 16] === COLON &&
      month >= 1 &&
      month <= 12 &&
      dayOfMonth >= 1 &&
      hours < 24 &&
      minutes < 60 &&
      seconds < 60;
    const fractionUs = this.#fractionUs(from + 19);
    const offsetMinutes = this.#offsetMinutes();
    if (!isTime || !this.#string(from, this.at)) return Number.NaN;
    const day = daysSinceEpoch(year, month, dayOfMonth) ?? Number.NaN;
    const secondsUtc = day * 86_400 + hours * 3600 + (minutes - offsetMinutes) * 60 + seconds;
    return secondsUtc * US_PER_SECOND + fractionUs;
  }

  /** Of the digits behind a dot at `dot`; 0 when there is no dot. Moves to what follows. */
  #fractionUs(dot: number): number {
    this.at = dot;
    if (this.bytes[dot] !== DOT) return 0;
    this.at = dot + 1;
    const value = this.#digits(MAX_FRACTION_DIGITS);
    const places = this.at - dot - 1;
    return value < 0 ? Number.NaN : value * 10 ** (MAX_FRACTION_DIGITS - places);
  }

  /** Of `Z` or `+hh:mm`; NaN when it is none. Moves behind it. */
  #offsetMinutes(): number {
    if (this.take(UPPER_Z)) return 0;
    const sign = this.take(MINUS) ? -1 : this.take(PLUS) ? 1 : Number.NaN;
    const hours = twoDigits(this.bytes, this.at);
    const minutes = twoDigits(this.bytes, this.at + 3);
    const isOffset =
      this.bytes[this.at + 2] === COLON && minutes < 60 && hours * 60 + minutes <= MAX_OFFSET_MINUTES;
    this.at += 5;
    return isOffset ? sign * (hours * 60 + minutes) : Number.NaN;
  }

  /** A whole number. */
  whole(): number {
    const from = this.at;
    const value = this.#digits(MAX_DIGITS);
    return this.bytes[from] === ZERO && this.at > from + 1 ? -1 : value;
  }

  /** A decimal with at most four places, as a number or as a string, in ten-thousandths. */
  money(): number {
    const isQuoted = this.take(QUOTE);
    const from = this.at;
    const whole = this.#digits(MAX_MONEY_DIGITS);
    if (whole < 0 || (this.bytes[from] === ZERO && this.at > from + 1)) return -1;
    let units = whole * UNITS_PER_WHOLE;
    if (this.take(DOT)) {
      const dot = this.at;
      const fraction = this.#digits(MAX_PLACES);
      if (fraction < 0) return -1;
      units += fraction * 10 ** (MAX_PLACES - (this.at - dot));
    }
    return isQuoted && !this.take(QUOTE) ? -1 : units;
  }

  /** The word null. */
  none(): boolean {
    return this.bytes[this.at] === LOWER_N && this.#literal('null');
  }

  /** Any string, any number without exponent, true, false, or null. */
  scalar(): boolean {
    if (this.bytes[this.at] === QUOTE) return this.printable();
    if (this.#literal('true') || this.#literal('false') || this.#literal('null')) return true;
    this.take(MINUS);
    if (this.whole() < 0) return false;
    return !this.take(DOT) || this.#digits(MAX_DIGITS) >= 0;
  }

  #literal(text: string): boolean {
    for (let place = 0; place < text.length; place += 1)
      if (this.bytes[this.at + place] !== text.charCodeAt(place)) return false;
    this.at += text.length;
    return true;
  }

  /** At least one digit, and at most so many. */
  #digits(most: number): number {
    const { bytes } = this;
    const from = this.at;
    let at = from;
    let value = 0;
    for (;;) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at += 1;
    }
    this.at = at;
    return at === from || at - from > most ? -1 : value;
  }

  /** Whether quotes stand around [from, to); then behind them. */
  #string(from: number, to: number): boolean {
    this.from = from;
    this.to = to;
    this.at = to + 1;
    return this.bytes[from - 1] === QUOTE && this.bytes[to] === QUOTE;
  }
}

function classOf(bytes: Uint8Array, at: number): number {
  return CLASSES[bytes[at] ?? 0] ?? 0;
}

/** 0 to 99; NaN for what is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - ZERO;
  const low = (bytes[at + 1] ?? 0) - ZERO;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}
