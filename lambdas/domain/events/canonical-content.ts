import { CONTRACT_FIELDS, type ShopEvent } from './contract.ts';

/**
 * The content of an event as one text: equal for two copies exactly when the JSON values of all their fields but
 * sent_time are equal. Key order, white space and the way a value is written (`1.0`, escapes, an upper-case event_id)
 * make no difference, nor does a null in an optional field, which counts as absent.
 */
export function canonicalContent(event: ShopEvent): string {
  const members = Object.entries(event)
    .filter(([key, value]) => key !== 'sent_time' && !(value === null && CONTRACT_FIELDS.has(key)))
    .map(([key, value]): [string, unknown] => [
      key,
      key === 'event_id' ? event.event_id.toLowerCase() : value,
    ]);
  return canonicalObject(members);
}

function canonicalValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalValue).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(Object.entries(value));
  return JSON.stringify(value);
}

function canonicalObject(members: readonly (readonly [string, unknown])[]): string {
  const sorted = members.toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${canonicalValue(value)}`).join(',')}}`;
}
