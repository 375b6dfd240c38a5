import {
  checkEvent,
  isJsonObject,
  type JsonObject,
  MAX_MEMBERS,
  type PassedEvent,
  tooManyMembers,
} from './check-event.ts';
import type { ShopEvent } from './contract.ts';
import { AD_EVENT_TYPES, type EventType } from './event-types.ts';
import {
  type ByteSurvey,
  isDeeperThan,
  linesOf,
  surveyBytes,
  trimmed,
  withoutLineBreaks,
} from './json-bytes.ts';
import type { Breach } from './rejection.ts';
import type { EventFacts } from './rules.ts';

export const MAX_RECORD_BYTES = 1_048_576;
export const MAX_DEPTH = 32;
/** A record of one mebibyte holds fewer valid events than this; more are an attack on our memory. */
export const MAX_EVENTS_PER_RECORD = 5_000;

export interface AcceptedEvent extends EventFacts {
  readonly kind: 'accepted';
  /** Lower case. */
  readonly eventId: string;
  readonly eventType: EventType;
  readonly isAd: boolean;
  readonly event: ShopEvent;
  /** source[from, to) is the producer's text after the opening brace, without line breaks: what raw keeps. */
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export interface RejectedEvent extends Breach {
  readonly kind: 'rejected';
  /** Lower case; null when none could be read. */
  readonly eventId: string | null;
  /** source[from, to) is what the producer sent. */
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export type CheckedEvent = AcceptedEvent | RejectedEvent;

interface Span {
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
}

const EVENT_ID = /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
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
  const survey = surveyBytes(data, 0, data.length);
  if (survey.hasLineBreak) return checkLines(data, arrivalTimeMs);
  return [checkText({ source: data, from: 0, to: data.length }, survey, arrivalTimeMs)];
}

/** A record with line breaks is one pretty-printed text, or one text a line. */
function checkLines(data: Uint8Array, arrivalTimeMs: number): readonly CheckedEvent[] {
  const lines = linesOf(data);
  const whole = () => checkSpan(data, 0, data.length, arrivalTimeMs);
  const [first, ...rest] = lines;
  if (first === undefined || rest.length === 0) return [whole()];
  if (lines.length > MAX_EVENTS_PER_RECORD) return [refuseLines(whole(), lines.length)];
  // When the first line is a JSON text, the whole cannot be one: nothing may follow a JSON text.
  const firstResult = checkSpan(data, first[0], first[1], arrivalTimeMs);
  const wholeResult = isBroken(firstResult) ? whole() : null;
  if (wholeResult !== null && !isBroken(wholeResult)) return [wholeResult];
  const results = [firstResult, ...rest.map(([from, to]) => checkSpan(data, from, to, arrivalTimeMs))];
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

function checkSpan(source: Uint8Array, from: number, to: number, arrivalTimeMs: number): CheckedEvent {
  return checkText({ source, from, to }, surveyBytes(source, from, to), arrivalTimeMs);
}

function checkText(span: Span, survey: ByteSurvey, arrivalTimeMs: number): CheckedEvent {
  let text: string;
  try {
    text = decoder.decode(span.source.subarray(span.from, span.to));
  } catch {
    return reject(span, { reason: 'not_utf8', detail: 'the bytes are not UTF-8' }, null);
  }
  if (survey.openers > MAX_DEPTH && isDeeperThan(MAX_DEPTH, span.source, span.from, span.to))
    return reject(span, { reason: 'too_deep', detail: `nests deeper than ${MAX_DEPTH} levels` }, null);
  if (survey.keyColons > MAX_MEMBERS) return reject(span, tooManyMembers, null);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return reject(span, { reason: 'not_json', detail: 'the text is not JSON' }, null);
  }
  if (!isJsonObject(value))
    return reject(span, { reason: 'not_an_object', detail: 'an event is one JSON object' }, null);
  const result = checkEvent(value, text, survey, arrivalTimeMs);
  return 'reason' in result ? reject(span, result, readEventId(value)) : accept(span, survey, result);
}

function readEventId(value: JsonObject): string | null {
  const id = value.event_id;
  return typeof id === 'string' && EVENT_ID.test(id) ? id.toLowerCase() : null;
}

function accept(span: Span, survey: ByteSurvey, passed: PassedEvent): AcceptedEvent {
  const { event, facts } = passed;
  const [start, end] = trimmed(span.source, span.from, span.to);
  const source = survey.hasLineBreak ? withoutLineBreaks(span.source, start + 1, end) : span.source;
  return {
    kind: 'accepted',
    eventId: event.event_id.toLowerCase(),
    eventType: event.event_type,
    isAd: AD_TYPES.has(event.event_type),
    eventTimeUs: facts.eventTimeUs,
    grossUnits: facts.grossUnits,
    event,
    source,
    from: survey.hasLineBreak ? 0 : start + 1,
    to: survey.hasLineBreak ? source.length : end,
  };
}

function reject(span: Span, breach: Breach, eventId: string | null): RejectedEvent {
  return { kind: 'rejected', reason: breach.reason, detail: breach.detail, eventId, ...span };
}
