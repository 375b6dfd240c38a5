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

function hex(value: bigint): string {
  return value.toString(16).padStart(32, '0');
}
