import { hash } from 'node:crypto';

/** A part of the 128-bit space that partition keys are hashed into. Bounds are inclusive, 32 hex digits. */
export interface HashKeyRange {
  readonly first: string;
  readonly last: string;
}

const SPACE = 1n << 128n;

/** The whole space in `count` ranges of the same size (the last takes the remainder), as Kinesis cuts it. */
export function evenRanges(count: number): readonly HashKeyRange[] {
  const size = SPACE / BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const first = size * BigInt(index);
    const end = index === count - 1 ? SPACE : first + size;
    return { first: hex(first), last: hex(end - 1n) };
  });
}

/** Where a partition key lies in the space: its MD5, 32 hex digits. */
export function hashKeyOf(partitionKey: string): string {
  return hash('md5', partitionKey, 'hex');
}

/** Index of the range that holds the hash key. Texts of one length compare as the numbers do. */
export function rangeIndexOf(ranges: readonly HashKeyRange[], hashKey: string): number {
  return ranges.findIndex((range) => hashKey <= range.last);
}

/**
 * The range in two: the second one begins at `at`, by default in the middle. Throws RangeError when one of them would
 * be empty.
 */
export function splitRange(range: HashKeyRange, at?: string): readonly [HashKeyRange, HashKeyRange] {
  const [first, last] = [number(range.first), number(range.last)];
  const second = at === undefined ? first + (last - first + 1n) / 2n : number(at);
  if (second <= first || second > last) {
    throw new RangeError(
      `A split at ${hex(second)} leaves nothing on one side; allowed: above ${range.first} up to ${range.last}`,
    );
  }
  return [
    { first: range.first, last: hex(second - 1n) },
    { first: hex(second), last: range.last },
  ];
}

/** Two neighbours as one range, in whatever order they are given. Throws RangeError when they are no neighbours. */
export function mergeRanges(one: HashKeyRange, other: HashKeyRange): HashKeyRange {
  const [low, high] = one.first < other.first ? [one, other] : [other, one];
  if (number(low.last) + 1n !== number(high.first)) {
    throw new RangeError(
      `The range that ends at ${low.last} and the one that begins at ${high.first} are no neighbours`,
    );
  }
  return { first: low.first, last: high.last };
}

function number(hashKey: string): bigint {
  if (/^[0-9a-f]{32}$/.test(hashKey)) return BigInt(`0x${hashKey}`);
  throw new RangeError(`"${hashKey}" is no hash key; allowed: 32 hex digits in lower case`);
}

function hex(value: bigint): string {
  return value.toString(16).padStart(32, '0');
}
