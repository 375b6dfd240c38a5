import type { SessionPlace } from '../session-sketch.ts';
import { COUNTRY_CODES, CURRENCY_CODES } from './codes.ts';
import { CHANNELS, CONTRACT_FIELDS, DEVICES, ITEM_FIELDS, MAX_ITEMS } from './contract.ts';
import { EVENT_TYPES, SCHEMA_VERSION } from './event-types.ts';
import { MAX_AMOUNT_UNITS, MAX_PRICE_UNITS } from './money.ts';
import { PlainText } from './plain-text.ts';
import type { Span } from './record-lines.ts';
import { WordTable } from './word-table.ts';

const MS_PER_DAY = 86_400_000;
const MAX_ID_CHARACTERS = 64;
const MAX_TEXT_CHARACTERS = 256;
const MAX_PATH_CHARACTERS = 2_048;
const MAX_QUANTITY = 10_000;

const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const FIELD_NAMES = [...CONTRACT_FIELDS];
/** By place in FIELD_NAMES; from FIRST_REFUSED on the names that no object may have. */
export const FIELDS = new WordTable([...FIELD_NAMES, 'constructor', 'prototype']);
export const FIRST_REFUSED = FIELD_NAMES.length;
const TYPES = new WordTable(EVENT_TYPES);
const DEVICE_WORDS = new WordTable(DEVICES);
const CHANNEL_WORDS = new WordTable(CHANNELS);
const COUNTRIES = new WordTable(COUNTRY_CODES);
const CURRENCIES = new WordTable(CURRENCY_CODES);
const ITEM_BITS = bitsOf([...ITEM_FIELDS]);

/** What has been read of an event so far. */
export class Draft implements SessionPlace {
  readonly text = new PlainText();
  /** Fields whose keys came, also with null; fields that have a value. */
  seen = 0;
  present = 0;
  /** Of the names that the contract does not know; how many stand within them. */
  readonly unknownHashes: number[] = [];
  unknownMembers = 0;
  type = -1;
  eventIdFrom = 0;
  isUpperId = false;
  eventTimeUs = 0;
  currency = -1;
  grossUnits = 0;
  anonymousIdFrom = 0;
  anonymousIdTo = 0;
  sessionIdFrom = 0;
  sessionIdTo = 0;

  get bytes(): Uint8Array {
    return this.text.bytes;
  }

  begin({ source, from }: Span): void {
    this.text.begin(source, from);
    this.seen = 0;
    this.present = 0;
    this.unknownHashes.length = 0;
    this.unknownMembers = 0;
  }
}

/** Reads the value of a field; false when it is not plain, or breaks a rule. */
export type Reader = (draft: Draft) => boolean;

const READERS: Readonly<Record<string, Reader>> = {
  event_id: (draft) => {
    if (!draft.text.uuid()) return false;
    draft.eventIdFrom = draft.text.from;
    draft.isUpperId = draft.text.isUpper;
    return true;
  },
  event_type: (draft) => {
    draft.type = wordOf(TYPES, draft.text);
    return draft.type >= 0;
  },
  event_time: (draft) => {
    draft.eventTimeUs = draft.text.time();
    return !Number.isNaN(draft.eventTimeUs);
  },
  sent_time: ({ text }) => !Number.isNaN(text.time()),
  anonymous_id: (draft) => {
    if (!isId(draft)) return false;
    draft.anonymousIdFrom = draft.text.from;
    draft.anonymousIdTo = draft.text.to;
    return true;
  },
  session_id: (draft) => {
    if (!isId(draft)) return false;
    draft.sessionIdFrom = draft.text.from;
    draft.sessionIdTo = draft.text.to;
    return true;
  },
  schema_version: ({ text }) => text.whole() === SCHEMA_VERSION,
  user_id: isId,
  campaign_id: isId,
  product_id: isId,
  order_id: isId,
  refund_id: isId,
  device: ({ text }) => wordOf(DEVICE_WORDS, text) >= 0,
  channel: ({ text }) => wordOf(CHANNEL_WORDS, text) >= 0,
  country: ({ text }) => codeOf(COUNTRIES, text) >= 0,
  currency: (draft) => {
    draft.currency = codeOf(CURRENCIES, draft.text);
    return draft.currency >= 0;
  },
  page_path: ({ text }) =>
    text.printable() && text.bytes[text.from] === SLASH && text.to - text.from <= MAX_PATH_CHARACTERS,
  search_term: isText,
  audience: isText,
  engaged_time_ms: ({ text }) => isWithin(text.whole(), 0, MS_PER_DAY),
  impressions: isCount,
  clicks: isCount,
  viewing_time_ms: isCount,
  quantity: isQuantity,
  unit_price: isPrice,
  discount: isAmount,
  shipping: isAmount,
  tax: isAmount,
  cost: isAmount,
  amount: ({ text }) => isWithin(text.money(), 1, MAX_AMOUNT_UNITS),
  items: readItems,
};
/** By place in FIELD_NAMES. */
export const READER_OF_FIELD = FIELD_NAMES.map((name) => READERS[name] ?? (() => false));

/** Items that have their three fields and no others. */
function readItems(draft: Draft): boolean {
  const { text } = draft;
  draft.grossUnits = 0;
  if (!text.take(OPENING_BRACKET)) return false;
  let items = 0;
  do {
    text.skipSpaces();
    items += 1;
    if (items > MAX_ITEMS || !readItem(draft)) return false;
    text.skipSpaces();
  } while (text.take(COMMA));
  return text.take(CLOSING_BRACKET);
}

/** Adds to the gross; beyond its bound, and so far beyond 2^53, the sum need not be exact. */
function readItem(draft: Draft): boolean {
  const { text } = draft;
  let seen = 0;
  let quantity = 0;
  let priceUnits = 0;
  if (!text.take(OPENING_BRACE)) return false;
  do {
    text.skipSpaces();
    if (!text.word()) return false;
    const field = FIELDS.find(text.bytes, text.from, text.to, text.hash);
    const bit = field < 0 ? 0 : 1 << field;
    text.skipSpaces();
    if ((bit & ITEM_BITS) === 0 || (seen & bit) !== 0 || !text.take(COLON)) return false;
    seen |= bit;
    text.skipSpaces();
    const name = FIELD_NAMES[field];
    if (name === 'quantity') quantity = text.whole();
    else if (name === 'unit_price') priceUnits = text.money();
    else if (!isId(draft)) return false;
    text.skipSpaces();
  } while (text.take(COMMA));
  draft.grossUnits += quantity * priceUnits;
  const isGood = isWithin(quantity, 1, MAX_QUANTITY) && isWithin(priceUnits, 0, MAX_PRICE_UNITS);
  return isGood && seen === ITEM_BITS && text.take(CLOSING_BRACE);
}

/** A set of fields, a bit for each. */
export function bitsOf(names: readonly string[]): number {
  return names.reduce((bits, name) => bits | (1 << FIELD_NAMES.indexOf(name)), 0);
}

function wordOf(words: WordTable, text: PlainText): number {
  return text.word() ? words.find(text.bytes, text.from, text.to, text.hash) : -1;
}

function codeOf(codes: WordTable, text: PlainText): number {
  return text.code() ? codes.find(text.bytes, text.from, text.to, text.hash) : -1;
}

function isId({ text }: Draft): boolean {
  return text.id() && text.to - text.from <= MAX_ID_CHARACTERS;
}

function isText({ text }: Draft): boolean {
  return text.printable() && text.to - text.from <= MAX_TEXT_CHARACTERS;
}

function isCount({ text }: Draft): boolean {
  return isWithin(text.whole(), 0, Number.MAX_SAFE_INTEGER);
}

function isQuantity({ text }: Draft): boolean {
  return isWithin(text.whole(), 1, MAX_QUANTITY);
}

function isPrice({ text }: Draft): boolean {
  return isWithin(text.money(), 0, MAX_PRICE_UNITS);
}

function isAmount({ text }: Draft): boolean {
  return isWithin(text.money(), 0, MAX_AMOUNT_UNITS);
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
