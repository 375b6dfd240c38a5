export interface ObjectStore {
  /** Writes the object unless the key is taken. `exists` is success: keys name their content (promise 2). */
  putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'>;
  /** The object's bytes, or null. */
  get(key: string): Promise<Uint8Array | null>;
  /** The keys that begin with the prefix, ascending by their bytes; whatever their number, a page at a time. */
  list(prefix: string): AsyncIterable<string>;
  /** What the SQL engine calls the object: `s3://bucket/key`, or an absolute file name. */
  locationOf(key: string): string;
}
