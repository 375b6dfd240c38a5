import type { InputFile } from './input-file.ts';

/** A version of a file that someone dropped: what is dropped under the same key later is another one. */
export interface DroppedFile {
  readonly key: string;
  readonly versionId: string;
}

/** Where people and their tools drop files. Whatever lies there stays until it is marked as taken. */
export interface LandingZone {
  /** Nothing is read before its bytes are asked for; they are those of the version each time. */
  open(file: DroppedFile): InputFile;
  /** From now on the version may be cleared away. Twice is as good as once. */
  markTaken(file: DroppedFile): Promise<void>;
}
