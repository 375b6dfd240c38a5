/** A file that someone brought: it can be opened more than once, and is never held in memory whole. */
export interface InputFile {
  /** Without folders. */
  readonly name: string;
  /** Where it is known beforehand. */
  readonly sizeBytes?: number;
  /** Its bytes from the beginning, as stored. */
  open(): AsyncIterable<Uint8Array>;
}
