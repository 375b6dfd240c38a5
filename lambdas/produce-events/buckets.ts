import { hash } from 'node:crypto';

const HASH_SPACE = 2 ** 32;

/**
 * Partition keys cut into buckets by ranges of the hash by which a stream chooses the shard. A bucket has one partition
 * key of its own, which hashes into its own range: so a device's records, which are all in one bucket, lie in one
 * shard in order, and in the shard where they would lie under their own key unless a shard's border cuts the bucket.
 */
export class Buckets {
  readonly #count: number;
  readonly #keys: string[] = [];

  /** `count`: at least as many as the stream has shards; a power of two lets borders of shards and buckets meet. */
  constructor(count: number) {
    this.#count = count;
  }

  /** The bucket of a partition key, from 0. */
  indexOf(partitionKey: string): number {
    const first = Number.parseInt(hash('md5', partitionKey, 'hex').slice(0, 8), 16);
    return Math.floor((first / HASH_SPACE) * this.#count);
  }

  /** The partition key of all records of a bucket: the first of a fixed row of names that falls into it. */
  keyOf(index: number): string {
    const known = this.#keys[index];
    if (known !== undefined) return known;
    for (let attempt = 0; ; attempt += 1) {
      const key = `bucket-${index}-of-${this.#count}-${attempt}`;
      if (this.indexOf(key) !== index) continue;
      this.#keys[index] = key;
      return key;
    }
  }
}
