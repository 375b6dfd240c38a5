/** A file that someone brought: it can be opened more than once, and is never held in memory whole. */
export interface InputFile {
  /** Without folders. */
  readonly name: string;
  /** Where it is known beforehand. */
  readonly sizeBytes?: number;
  /** Its bytes from the beginning, as stored. */
  open(): AsyncIterable<Uint8Array>;
  /** Reads it as Parquet; absent where nothing can. Throws UnreadableFileError. */
  readonly openParquet?: () => Promise<ParquetContent>;
}

/** The rows of a Parquet file as text, as a file of CSV would have them. */
export interface ParquetContent {
  readonly columns: readonly ParquetColumn[];
  /** In the order of the file, cells in the order of the columns; once. Throws UnreadableFileError. */
  readonly rows: AsyncIterable<readonly (readonly (string | null)[])[]>;
  close(): void;
}

export interface ParquetColumn {
  readonly name: string;
  /** Whether it holds dates or times of which nobody can say when they were. */
  readonly hasLocalTimes: boolean;
}

/** What should be Parquet is damaged, encrypted or larger than memory allows. The cause may quote it; the message not. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}
