import * as z from 'zod';
import { hashSessionAt } from '../session-sketch.ts';
import type { AcceptedEvent } from './check-record.ts';
import { CURRENCY_CODES } from './codes.ts';
import { EVENT_SCHEMAS } from './contract.ts';
import { AD_EVENT_TYPES, EVENT_TYPES } from './event-types.ts';
import { MAX_AMOUNT_UNITS } from './money.ts';
import { bitsOf, Draft, FIELDS, READER_OF_FIELD } from './plain-fields.ts';
import { readUnknown } from './plain-unknown.ts';
import type { Span } from './record-lines.ts';
import { MAX_AGE_MS, MAX_AHEAD_MS } from './rules.ts';

const US_PER_MS = 1000;
const UUID_CHARACTERS = 36;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const AD_TYPES: ReadonlySet<string> = new Set(AD_EVENT_TYPES);
const decoder = new TextDecoder('utf-8', { fatal: true });
const CURRENCY_BIT = bitsOf(['currency']);
const COST_BIT = bitsOf(['cost']);
const REQUIRED_BITS = EVENT_TYPES.map((type) => {
  const fields = Object.entries(EVENT_SCHEMAS[type].shape);
  return bitsOf(fields.filter(([, field]) => !(field instanceof z.ZodOptional)).map(([name]) => name));
});

/** Kept from event to event: nothing in it outlives a call, and none is made while one is read. */
const DRAFT = new Draft();

/**
 * The event in a span of bytes, when it is written plainly and keeps every rule of the contract: one object, without
 * escapes, of fields of the contract and a few more. It says the same of it as checkRecord does by
 * parsing and validating, in a fraction of the time. Null says nothing: other events too may be good.
 *
 * @param arrivalTimeMs when the stream took the record
 * @param maxAgeMs how long before that the event may have happened
 */
export function readPlainEvent(
  span: Span,
  arrivalTimeMs: number,
  maxAgeMs: number = MAX_AGE_MS,
): AcceptedEvent | null {
  DRAFT.begin(span);
  if (!readFields(DRAFT) || DRAFT.text.at !== span.to) return null;
  if (!keepsRules(DRAFT, arrivalTimeMs, maxAgeMs)) return null;
  return DRAFT.text.isAscii || isUtf8(span) ? acceptedOf(DRAFT, span) : null;
}

function readFields(draft: Draft): boolean {
  const { text } = draft;
  if (!text.take(OPENING_BRACE)) return false;
  do {
    text.skipSpaces();
    if (!text.word()) return false;
    const field = FIELDS.find(text.bytes, text.from, text.to, text.hash);
    const { from, hash } = text;
    text.skipSpaces();
    if (!text.take(COLON)) return false;
    text.skipSpaces();
    if (!(field < 0 ? readUnknown(draft, from, hash) : readField(draft, field))) return false;
    text.skipSpaces();
  } while (text.take(COMMA));
  return text.take(CLOSING_BRACE);
}

function readField(draft: Draft, field: number): boolean {
  const read = READER_OF_FIELD[field];
  const bit = 1 << field;
  if (read === undefined || (draft.seen & bit) !== 0) return false;
  draft.seen |= bit;
  if (draft.text.none()) return true;
  draft.present |= bit;
  return read(draft);
}

/** The rules that ask more than one field. */
function keepsRules(draft: Draft, arrivalTimeMs: number, maxAgeMs: number): boolean {
  const { present, type, eventTimeUs, grossUnits } = draft;
  const required = type < 0 ? -1 : (REQUIRED_BITS[type] ?? -1);
  return (
    (present & required) === required &&
    ((present & COST_BIT) === 0 || (present & CURRENCY_BIT) !== 0) &&
    (EVENT_TYPES[type] !== 'purchase' || grossUnits <= MAX_AMOUNT_UNITS) &&
    eventTimeUs <= (arrivalTimeMs + MAX_AHEAD_MS) * US_PER_MS &&
    eventTimeUs >= (arrivalTimeMs - maxAgeMs) * US_PER_MS
  );
}

function acceptedOf(draft: Draft, { source, from, to }: Span): AcceptedEvent | null {
  const eventType = EVENT_TYPES[draft.type];
  if (eventType === undefined) return null;
  const { eventIdFrom, isUpperId, eventTimeUs, grossUnits } = draft;
  const isAd = AD_TYPES.has(eventType);
  const isPurchase = eventType === 'purchase';
  const eventId = asciiText(source, eventIdFrom, eventIdFrom + UUID_CHARACTERS);
  return {
    kind: 'accepted',
    eventId: isUpperId ? eventId.toLowerCase() : eventId,
    eventType,
    isAd,
    eventTimeUs,
    grossUnits: isPurchase ? grossUnits : null,
    currency: isPurchase ? (CURRENCY_CODES[draft.currency] ?? null) : null,
    sessionHash: isAd ? null : hashSessionAt(draft),
    source,
    from: from + 1,
    to,
  };
}

function isUtf8({ source, from, to }: Span): boolean {
  try {
    decoder.decode(source.subarray(from, to));
    return true;
  } catch {
    return false;
  }
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.prototype.toString.call(bytes, 'latin1', from, to);
}
