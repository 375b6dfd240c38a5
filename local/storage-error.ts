export const STORAGE_FAULTS = ['busy', 'damaged', 'full', 'newer', 'denied', 'missing'] as const;
/**
 * What keeps a file of the lake from being used: another process holds it, it is no such file or broken, the disk is
 * full, a newer version wrote it, the rights are missing, it is not there.
 */
export type StorageFault = (typeof STORAGE_FAULTS)[number];

/** A file or folder of the lake cannot be used. The message is one line: what, which file, what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fault: StorageFault;
  readonly path: string;

  constructor(fault: StorageFault, message: string, options: { path: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.path = options.path;
  }
}

const FAULT_BY_CODE: Readonly<Record<string, StorageFault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOENT: 'missing',
  // A file stands where a folder should, or a folder where a file should.
  ENOTDIR: 'damaged',
  EISDIR: 'damaged',
  EEXIST: 'damaged',
};

const ADVICE: Readonly<Record<StorageFault, string>> = {
  busy: 'another command is using it; wait until it has ended, or end it',
  damaged: 'it is not readable as what it should be; restore it from a copy',
  full: 'no space is left on the disk; free some and run the command again',
  newer: 'a newer version of Millpond wrote it; update Millpond',
  denied: 'the rights are missing; check the owner and the mode of the folder',
  missing: 'it does not exist; check the path',
};

/** `<what> <path>: <advice>`, the one line that a person reads. */
export function storageError(fault: StorageFault, what: string, options: { path: string; cause?: unknown }) {
  return new StorageError(fault, `${what} ${options.path}: ${ADVICE[fault]}`, options);
}

/** The error code of Node's file system calls, '' for anything else. */
export function fileErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The fault behind an error of Node's file system calls; null when it is of another kind. */
export function faultOfFileError(error: unknown): StorageFault | null {
  return FAULT_BY_CODE[fileErrorCode(error)] ?? null;
}
