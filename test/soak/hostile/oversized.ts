import { member, objectText, validMembers } from './event-text.ts';
import { bytesOf, type Draw, type HostileRecord, single } from './hostile-record.ts';

const MAX_RECORD_BYTES = 1_048_576;
const MAX_MEMBERS = 10_000;
const MAX_LINES = 5_000;

/** A good event padded to a size at the limit, or far beyond. */
export function padded(draw: Draw): HostileRecord {
  const bytes = draw.random.pick([
    MAX_RECORD_BYTES - 1,
    MAX_RECORD_BYTES,
    MAX_RECORD_BYTES + 1,
    2 * MAX_RECORD_BYTES,
    10 * MAX_RECORD_BYTES,
  ]);
  const members = validMembers(draw, 'sign_up');
  const bare = objectText([...members, member('note', '')]);
  const text = objectText([...members, member('note', 'x'.repeat(bytes - bytesOf(bare).length))]);
  return single(text, bytes > MAX_RECORD_BYTES ? 'too_large' : 'accepted');
}

/** An unknown field with so many keys that the event has as many as are allowed, or one more, or a megabyte of them. */
export function manyKeys(draw: Draw): HostileRecord {
  const members = validMembers(draw, 'sign_up').slice(0, 6);
  const total = draw.random.pick([MAX_MEMBERS, MAX_MEMBERS + 1, 90_000, 1_000_000]);
  const own = members.length + 1;
  const keys = Array.from({ length: total - own }, (_, place) => `"k${place}":1`).join(',');
  const text = objectText([...members, ['"many"', `{${keys}}`]], draw.random);
  return single(text, total > MAX_MEMBERS ? 'too_large' : 'accepted');
}

/** Half a million elements: long, not deep. */
export function longArray(draw: Draw): HostileRecord {
  const value = `[${'0,'.repeat(500_000)}0]`;
  return single(objectText([...validMembers(draw, 'sign_up'), ['"many"', value]]), 'accepted');
}

/** A text of a hundred thousand escapes. */
export function manyEscapes(draw: Draw): HostileRecord {
  const value = `"${draw.random.pick(['\\u0041', '\\"', '\\\\', '\\ud83d\\ude00']).repeat(80_000)}"`;
  return single(objectText([...validMembers(draw, 'sign_up'), ['"note"', value]]), 'accepted');
}

/** As many lines as a record may hold, each an object of nothing; or one line more, which is refused whole. */
export function manyLines({ random }: Draw): HostileRecord {
  const lines = random.pick([MAX_LINES, MAX_LINES + 1, 300_000]);
  const data = bytesOf('{}\n'.repeat(lines));
  if (lines > MAX_LINES) return single(data, 'too_large');
  const line = bytesOf('{}');
  return { data, expected: Array.from({ length: lines }, () => ({ fate: 'invalid_field', body: line })) };
}
