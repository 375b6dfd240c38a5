import type { ShopEvent } from './contract.ts';
import { SCHEMA_VERSION } from './event-types.ts';
import { explainRefusal } from './explain.ts';
import { findDuplicateKey } from './json-source.ts';
import { surveyText } from './json-text.ts';
import { duplicateKeyBreach, findKeyBreach, hasBadText, surveyValue } from './json-value.ts';
import type { Breach } from './rejection.ts';
import { type JudgedEvent, judge } from './rules.ts';
import * as validators from './validate-event.generated.js';

/** Of all objects in an event together. */
export const MAX_MEMBERS = 10_000;

/** A map, since an event_type such as `constructor` must find nothing. */
const VALIDATORS: ReadonlyMap<string, (value: unknown) => value is ShopEvent> = new Map(
  Object.entries(validators),
);
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const tooManyMembers: Breach = {
  reason: 'too_large',
  detail: `holds more than ${MAX_MEMBERS} fields`,
};

/** When the stream took a record, and how long before an event in it may have happened (absent: 400 days). */
export interface ArrivalBounds {
  readonly arrivalTimeMs: number;
  readonly maxAgeMs?: number | undefined;
}

/**
 * Every rule that asks the parsed object: `value` is what JSON.parse made of `text`. The text is scanned only where cheap
 * looks say that it may matter.
 */
export function checkEvent(
  value: JsonObject,
  text: string,
  { arrivalTimeMs, maxAgeMs }: ArrivalBounds,
): JudgedEvent | Breach {
  const survey = surveyText(text);
  if (survey.keyColons > MAX_MEMBERS) return tooManyMembers;
  if (survey.hasUnicodeEscape && hasBadText(value))
    return { reason: 'bad_text', detail: 'holds NUL or half a surrogate pair' };
  const found = surveyValue(value);
  if (found.hasInfinity)
    return { reason: 'bad_number', detail: 'holds a number beyond the range of a double' };
  if (found.members > MAX_MEMBERS) return tooManyMembers;
  if (survey.hasLooseColon || survey.keyColons !== found.members) {
    const duplicateKey = findDuplicateKey(text);
    if (duplicateKey !== null) return duplicateKeyBreach(duplicateKey);
  }
  const keyBreach = found.hasUnusualKey ? findKeyBreach(value) : null;
  if (keyBreach !== null) return keyBreach;
  const event = validated(value);
  return 'reason' in event ? event : judge(event, arrivalTimeMs, maxAgeMs);
}

/** The object as an event of its type, or the rule of the contract that it breaks. */
function validated(value: JsonObject): ShopEvent | Breach {
  const { event_type: type, schema_version: version } = value;
  if (typeof type !== 'string')
    return { reason: 'invalid_field', detail: 'event_type is missing or must be of type string' };
  const validate = VALIDATORS.get(type);
  if (validate === undefined) {
    const word = /^[a-z_]{1,40}$/.test(type) ? `event_type ${type}` : 'the event_type';
    return { reason: 'unknown_type', detail: `${word} is not of the contract` };
  }
  if (typeof version === 'number' && Number.isInteger(version) && version !== SCHEMA_VERSION)
    return { reason: 'unknown_version', detail: `schema_version must be ${SCHEMA_VERSION}` };
  return validate(value) ? value : { reason: 'invalid_field', detail: explainRefusal(value) };
}
