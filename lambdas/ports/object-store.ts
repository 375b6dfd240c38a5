export interface ObjectStore {
  /** Writes the object unless the key is taken. `exists` is success: keys name their content (promise 2). */
  putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'>;
  /** The object's bytes, or null. */
  get(key: string): Promise<Uint8Array | null>;
  /** What the SQL engine calls the object: `s3://bucket/key`, or an absolute file name. */
  locationOf(key: string): string;
}
