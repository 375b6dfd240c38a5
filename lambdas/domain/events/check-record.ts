import { hashSession } from '../session-sketch.ts';
import { checkEvent, isJsonObject, type JsonObject } from './check-event.ts';
import { EVENT_ID_PATTERN } from './contract.ts';
import { AD_EVENT_TYPES, type EventType } from './event-types.ts';
import { isDeeperThan } from './json-text.ts';
import { readPlainEvent } from './plain-event.ts';
import { hasSeveralLines, linesOf, type Span, trimmed, withoutLineBreaks } from './record-lines.ts';
import type { Breach } from './rejection.ts';
import type { JudgedEvent } from './rules.ts';

export const MAX_RECORD_BYTES = 1_048_576;
export const MAX_DEPTH = 32;
/** A record of one mebibyte holds fewer valid events than this; more are an attack on our memory. */
export const MAX_EVENTS_PER_RECORD = 5_000;

/**
 * What the ledger needs to know of an event that keeps every rule. Its span is the producer's text after the opening
 * brace, without line breaks: what raw keeps.
 */
export interface AcceptedEvent extends Span {
  readonly kind: 'accepted';
  /** Lower case. */
  readonly eventId: string;
  readonly eventType: EventType;
  readonly isAd: boolean;
  readonly eventTimeUs: number;
  /** Of a purchase: gross in ten-thousandths, and its currency; null for every other type. */
  readonly grossUnits: number | null;
  readonly currency: string | null;
  /** See hashSession; null for an ad event, which belongs to none. */
  readonly sessionHash: number | null;
}

/** Its span is what the producer sent. */
export interface RejectedEvent extends Breach, Span {
  readonly kind: 'rejected';
  /** Lower case; null when none could be read. */
  readonly eventId: string | null;
}

export type CheckedEvent = AcceptedEvent | RejectedEvent;

const AD_TYPES: ReadonlySet<string> = new Set(AD_EVENT_TYPES);
/** Fatal, and keeps the byte order mark: a text that begins with one is not JSON. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Checks what a stream record holds: one event, or several when it is NDJSON (then the result has more than one item,
 * in order). `data` are the record's bytes as its producer sent them, `arrivalTimeMs` when the stream took it. Always at
 * least one item; it never throws, whatever the bytes are.
 */
export function checkRecord(data: Uint8Array, arrivalTimeMs: number): readonly CheckedEvent[] {
  if (data.length > MAX_RECORD_BYTES) {
    const detail = `a record is at most ${MAX_RECORD_BYTES} bytes, this one has ${data.length}`;
    return [reject({ source: data, from: 0, to: data.length }, { reason: 'too_large', detail }, null)];
  }
  const whole = { source: data, from: 0, to: data.length };
  const plain = readPlainEvent(whole, arrivalTimeMs);
  if (plain !== null) return [plain];
  return hasSeveralLines(data) ? checkLines(data, arrivalTimeMs) : [parseSpan(whole, arrivalTimeMs)];
}

/**
 * Checks one line of a file, which holds one event whatever stands in it. `maxAgeMs` is how long before `arrivalTimeMs`
 * the event may have happened. It never throws.
 */
export function checkLine(line: Uint8Array, arrivalTimeMs: number, maxAgeMs: number): CheckedEvent {
  const span = { source: line, from: 0, to: line.length };
  if (line.length > MAX_RECORD_BYTES) {
    const detail = `an event is at most ${MAX_RECORD_BYTES} bytes, this one has ${line.length}`;
    return reject(span, { reason: 'too_large', detail }, null);
  }
  return readPlainEvent(span, arrivalTimeMs, maxAgeMs) ?? parseSpan(span, arrivalTimeMs, maxAgeMs);
}

/** A record with line breaks is one pretty-printed text, or one text a line. */
function checkLines(data: Uint8Array, arrivalTimeMs: number): readonly CheckedEvent[] {
  const lines = linesOf(data);
  const whole = () => checkSpan({ source: data, from: 0, to: data.length }, arrivalTimeMs);
  const [first, ...rest] = lines;
  if (first === undefined || rest.length === 0) return [whole()];
  if (lines.length > MAX_EVENTS_PER_RECORD) return [refuseLines(whole(), lines.length)];
  // When the first line is a JSON text, the whole cannot be one: nothing may follow a JSON text.
  const firstResult = checkSpan(first, arrivalTimeMs);
  const wholeResult = isBroken(firstResult) ? whole() : null;
  if (wholeResult !== null && !isBroken(wholeResult)) return [wholeResult];
  const results = [firstResult, ...rest.map((line) => checkSpan(line, arrivalTimeMs))];
  return wholeResult !== null && results.every(isBroken) ? [wholeResult] : results;
}

function refuseLines(whole: CheckedEvent, lines: number): CheckedEvent {
  if (!isBroken(whole)) return whole;
  const detail = `a record holds at most ${MAX_EVENTS_PER_RECORD} events, this one has ${lines} lines`;
  return { ...whole, kind: 'rejected', reason: 'too_large', detail };
}

/** Whether the bytes are no JSON text at all. */
function isBroken(result: CheckedEvent): result is RejectedEvent {
  if (result.kind === 'accepted') return false;
  return result.reason === 'not_json' || result.reason === 'not_utf8' || result.reason === 'too_deep';
}

function checkSpan(span: Span, arrivalTimeMs: number): CheckedEvent {
  return readPlainEvent(span, arrivalTimeMs) ?? parseSpan(span, arrivalTimeMs);
}

/** The whole truth on one text: parsed, validated, and every rule asked. */
export function parseSpan(span: Span, arrivalTimeMs: number, maxAgeMs?: number): CheckedEvent {
  let text: string;
  try {
    text = decoder.decode(bytesOf(span));
  } catch {
    return reject(span, { reason: 'not_utf8', detail: 'the bytes are not UTF-8' }, null);
  }
  if (isDeeperThan(MAX_DEPTH, text))
    return reject(span, { reason: 'too_deep', detail: `nests deeper than ${MAX_DEPTH} levels` }, null);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reject(span, { reason: 'not_json', detail: 'the text is not JSON' }, null);
  }
  if (!isJsonObject(value))
    return reject(span, { reason: 'not_an_object', detail: 'an event is one JSON object' }, null);
  const judged = checkEvent(value, text, { arrivalTimeMs, maxAgeMs });
  return 'reason' in judged ? reject(span, judged, readEventId(value)) : accept(span, text, judged);
}

function bytesOf({ source, from, to }: Span): Uint8Array {
  return from === 0 && to === source.length ? source : source.subarray(from, to);
}

function readEventId(value: JsonObject): string | null {
  const id = value.event_id;
  return typeof id === 'string' && EVENT_ID_PATTERN.test(id) ? id.toLowerCase() : null;
}

function accept(span: Span, text: string, judged: JudgedEvent): AcceptedEvent {
  const { event, eventTimeUs, grossUnits } = judged;
  const { source, from, to } = afterBrace(span, text);
  const isAd = AD_TYPES.has(event.event_type);
  return {
    kind: 'accepted',
    eventId: event.event_id.toLowerCase(),
    eventType: event.event_type,
    isAd,
    eventTimeUs,
    grossUnits,
    currency: event.event_type === 'purchase' ? event.currency : null,
    sessionHash: isAd ? null : hashSession(event.anonymous_id ?? '', event.session_id ?? ''),
    source,
    from,
    to,
  };
}

/** The event's text after its opening brace, on one line; a copy only when there are line breaks to replace. */
function afterBrace(span: Span, text: string): Span {
  const object = trimmed(span);
  const rest = { source: span.source, from: object.from + 1, to: object.to };
  return text.includes('\n') || text.includes('\r') ? withoutLineBreaks(rest) : rest;
}

function reject(span: Span, breach: Breach, eventId: string | null): RejectedEvent {
  return { kind: 'rejected', reason: breach.reason, detail: breach.detail, eventId, ...span };
}
