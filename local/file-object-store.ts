import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectStore } from '../lambdas/ports/object-store.ts';
import { isProcessRunning } from './process-running.ts';
import { faultOfFileError, fileErrorCode, storageError } from './storage-error.ts';

export interface FileObjectStoreOptions {
  /** Absolute, or relative to the working directory at the time of opening. */
  readonly folder: string;
  /**
   * Whether an object lies on the disk, and not only in the system's cache, before it counts as written. Default
   * true: the ledger names it from then on. False spares tests and throw-away lakes some milliseconds an object.
   */
  readonly isDurable?: boolean;
}

/** Objects under construction; no key begins with a dot. */
const TEMP_FOLDER = '.writing';
const MAX_KEY_BYTES = 1024;

/** A key that no store would take, or that would leave the folder. A mistake of the program, never of data. */
export class ObjectKeyError extends Error {
  override readonly name = 'ObjectKeyError';
  readonly key: string;

  constructor(key: string) {
    super(
      `The object key ${JSON.stringify(key.slice(0, 200))} is not allowed: it takes 1 to ${MAX_KEY_BYTES} bytes, ` +
        'parts of letters, digits and _ . = + - between slashes, none of them empty or beginning with a dot',
    );
    this.key = key;
  }
}

/** Opens the store, makes its folder and clears what killed processes left half written. Throws StorageError. */
export async function openFileObjectStore(options: FileObjectStoreOptions): Promise<FileObjectStore> {
  const folder = path.resolve(options.folder);
  const tempFolder = path.join(folder, TEMP_FOLDER);
  await guarded(tempFolder, async () => {
    await mkdir(tempFolder, { recursive: true });
    await clearAbandoned(tempFolder);
  });
  return new FileObjectStore(folder, options.isDurable ?? true);
}

/**
 * An object is written under a temporary name and then linked to its key: the link appears whole or not at all, and
 * fails when the key is taken, also by another process at the same moment.
 */
export class FileObjectStore implements ObjectStore {
  readonly #folder: string;
  readonly #isDurable: boolean;

  constructor(folder: string, isDurable: boolean) {
    this.#folder = folder;
    this.#isDurable = isDurable;
  }

  /** Throws ObjectKeyError, or StorageError (full, denied); then nothing stands under the key. */
  async putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const target = this.locationOf(key);
    return guarded(target, async () => {
      if (await isFile(target)) return 'exists';
      const folder = path.dirname(target);
      await mkdir(folder, { recursive: true });
      const temporary = path.join(this.#folder, TEMP_FOLDER, `${process.pid}-${randomUUID()}`);
      try {
        await this.#write(temporary, body);
        await link(temporary, target);
      } catch (error) {
        if (fileErrorCode(error) === 'EEXIST' && (await isFile(target))) return 'exists';
        throw error;
      } finally {
        await unlink(temporary).catch(ignoreMissing);
      }
      await this.#flushFolder(folder);
      return 'created';
    });
  }

  async get(key: string): Promise<Uint8Array | null> {
    const target = this.locationOf(key);
    return guarded(target, async () => {
      try {
        return await readFile(target);
      } catch (error) {
        if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(fileErrorCode(error))) return null;
        throw error;
      }
    });
  }

  async *list(prefix: string): AsyncGenerator<string> {
    yield* this.#keysBelow('', prefix);
  }

  locationOf(key: string): string {
    requireKey(key);
    return path.join(this.#folder, ...key.split('/'));
  }

  /** Depth first, one folder's names in memory at a time; only folders that can hold a key of the prefix are read. */
  async *#keysBelow(parent: string, prefix: string): AsyncGenerator<string> {
    const folder = path.join(this.#folder, ...parent.split('/'));
    const entries = await guarded(folder, () =>
      readdir(folder, { withFileTypes: true }).catch(noneIfMissing),
    );
    const names = entries
      .filter(({ name }) => !name.startsWith('.'))
      // A folder's keys all begin with its name and a slash, which is how they sort among the others.
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort();
    for (const name of names) {
      const key = `${parent}${name}`;
      if (!name.endsWith('/')) {
        if (key.startsWith(prefix)) yield key;
      } else if (key.startsWith(prefix) || prefix.startsWith(key)) {
        yield* this.#keysBelow(key, prefix);
      }
    }
  }

  async #write(file: string, body: Uint8Array): Promise<void> {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(body);
      if (this.#isDurable) await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** The name itself is data of its folder. Windows knows no such flush and needs none. */
  async #flushFolder(folder: string): Promise<void> {
    if (!this.#isDurable || process.platform === 'win32') return;
    let handle: FileHandle | undefined;
    try {
      handle = await open(folder, 'r');
      await handle.sync();
    } finally {
      await handle?.close();
    }
  }
}

function requireKey(key: string): void {
  const isAllowed =
    key.length > 0 &&
    key.length <= MAX_KEY_BYTES &&
    key.split('/').every((part) => /^[A-Za-z0-9_=+-][A-Za-z0-9_.=+-]*$/.test(part));
  if (!isAllowed) throw new ObjectKeyError(key);
}

async function isFile(file: string): Promise<boolean> {
  const found = await stat(file, { throwIfNoEntry: false });
  return found?.isFile() ?? false;
}

/** Temporary files carry the id of their process; those of one that no longer runs will never be linked. */
async function clearAbandoned(tempFolder: string): Promise<void> {
  for (const name of await readdir(tempFolder)) {
    const owner = Number(name.split('-', 1)[0]);
    if (isProcessRunning(owner)) continue;
    await unlink(path.join(tempFolder, name)).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (fileErrorCode(error) !== 'ENOENT') throw error;
}

function noneIfMissing(error: unknown): Dirent[] {
  if (fileErrorCode(error) !== 'ENOENT') throw error;
  return [];
}

async function guarded<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = faultOfFileError(error);
    if (fault === null) throw error;
    throw storageError(fault, 'Cannot use', { path: target, cause: error });
  }
}
