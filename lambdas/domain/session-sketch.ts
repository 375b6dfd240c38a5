/**
 * A sketch of a set of sessions that can be merged: the k smallest of their 48-bit hashes (k minimum values; Bar-Yossef
 * et al., Counting distinct elements in a data stream, 2002). Exact up to k sessions, beyond it the relative error is
 * about 1 / sqrt(k - 2), here 6 %. As text: the hashes in ascending order, 12 hex digits each, nothing between them.
 */

export const SKETCH_SIZE = 256;
const HASH_DIGITS = 12;
const HASH_SPACE = 2 ** 48;

/** The sketch of these session keys, `<anonymous_id>/<session_id>`; repeats are welcome. */
export function sketchSessions(sessionKeys: Iterable<string>): string {
  const hashes = new Set<number>();
  for (const key of sessionKeys) hashes.add(hash48(key));
  const smallest = Float64Array.from(hashes).sort().subarray(0, SKETCH_SIZE);
  return Array.from(smallest, (hash) => hash.toString(16).padStart(HASH_DIGITS, '0')).join('');
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

/** Two multiplicative lanes over the UTF-16 units, each mixed until every input bit reaches every output bit. */
function hash48(text: string): number {
  let left = 0x2545f491;
  let right = 0x9e3779b9;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    left = Math.imul(left ^ unit, 0x01000193);
    right = Math.imul(right ^ unit, 0x5bd1e995) ^ (right >>> 15);
  }
  const high = mix(left ^ text.length) >>> 8;
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
