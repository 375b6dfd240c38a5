/**
 * A sketch of a set of sessions that can be merged: the k smallest of their 48-bit hashes (k minimum values; Bar-Yossef
 * et al., Counting distinct elements in a data stream, 2002). Exact up to k sessions, beyond it the relative error is
 * about 1 / sqrt(k - 2), here 6 %. As text: the hashes in ascending order, 12 hex digits each, nothing between them.
 */

export const SKETCH_SIZE = 256;
const HASH_DIGITS = 12;
const HASH_SPACE = 2 ** 48;
const LEFT_FACTOR = 0x01000193;
const RIGHT_FACTOR = 0x5bd1e995;
const SLASH = 0x2f;

/** The sketch of sessions by their hashes, see hashSession; repeats are welcome. */
export function sketchSessions(hashes: Iterable<number>): string {
  let sketch = '';
  let size = 0;
  let last = Number.NaN;
  for (const hash of Float64Array.from(hashes).sort()) {
    if (hash === last) continue;
    if (size === SKETCH_SIZE) break;
    sketch += hash.toString(16).padStart(HASH_DIGITS, '0');
    size += 1;
    last = hash;
  }
  return sketch;
}

/** The sketch of the union. Order, grouping and repetition make no difference. */
export function mergeSketches(sketches: Iterable<string>): string {
  const hashes = new Set<string>();
  for (const sketch of sketches) for (const hash of decode(sketch)) hashes.add(hash);
  return [...hashes].sort().slice(0, SKETCH_SIZE).join('');
}

/** How many distinct sessions the sketch stands for: exact below SKETCH_SIZE, an estimate from there on. */
export function countSessions(sketch: string): number {
  const hashes = decode(sketch);
  if (hashes.length < SKETCH_SIZE) return hashes.length;
  const greatest = Number.parseInt(hashes.at(-1) ?? '0', 16);
  return Math.round(((SKETCH_SIZE - 1) * HASH_SPACE) / greatest);
}

function decode(sketch: string): string[] {
  return Array.from({ length: sketch.length / HASH_DIGITS }, (_, index) =>
    sketch.slice(index * HASH_DIGITS, (index + 1) * HASH_DIGITS),
  );
}

/** Where the two ids of a session stand, as ASCII. */
export interface SessionPlace {
  readonly bytes: Uint8Array;
  readonly anonymousIdFrom: number;
  readonly anonymousIdTo: number;
  readonly sessionIdFrom: number;
  readonly sessionIdTo: number;
}

export function hashSession(anonymousId: string, sessionId: string): number {
  const split = anonymousId.length;
  return hashSessionAt({
    bytes: new TextEncoder().encode(anonymousId + sessionId),
    anonymousIdFrom: 0,
    anonymousIdTo: split,
    sessionIdFrom: split,
    sessionIdTo: split + sessionId.length,
  });
}

/**
 * 48 bits of the text `<anonymous_id>/<session_id>`: two multiplicative lanes over its characters, each mixed until every
 * input bit reaches every output bit.
 */
export function hashSessionAt(place: SessionPlace): number {
  const { bytes, anonymousIdFrom, anonymousIdTo, sessionIdFrom, sessionIdTo } = place;
  let left = 0x2545f491;
  let right = 0x9e3779b9;
  for (let at = anonymousIdFrom; at <= anonymousIdTo; at += 1) {
    const unit = at < anonymousIdTo ? (bytes[at] ?? 0) : SLASH;
    left = Math.imul(left ^ unit, LEFT_FACTOR);
    right = Math.imul(right ^ unit, RIGHT_FACTOR) ^ (right >>> 15);
  }
  for (let at = sessionIdFrom; at < sessionIdTo; at += 1) {
    const unit = bytes[at] ?? 0;
    left = Math.imul(left ^ unit, LEFT_FACTOR);
    right = Math.imul(right ^ unit, RIGHT_FACTOR) ^ (right >>> 15);
  }
  const length = anonymousIdTo - anonymousIdFrom + 1 + sessionIdTo - sessionIdFrom;
  const high = mix(left ^ length) >>> 8;
  const low = mix(right ^ left) >>> 8;
  return high * 0x1000000 + low;
}

/** The finishing steps of MurmurHash3 (Appleby, public domain). */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
