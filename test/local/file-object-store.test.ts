import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FileObjectStore, openFileObjectStore } from '../../local/file-object-store.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof fsPromises>();
  return {
    ...real,
    open: async (...parameters: Parameters<typeof real.open>) => {
      const handle = await real.open(...parameters);
      if (!disk.isFull) return handle;
      const writeHalf = async (body: Uint8Array) => {
        await handle.write(body.subarray(0, body.length / 2));
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      };
      return { writeFile: writeHalf, sync: () => handle.sync(), close: () => handle.close() };
    },
  };
});

const KEY = 'raw/events/ingest_date=2026-01-31/ingest_hour=10/a.ndjson.gz';
const BODY = new TextEncoder().encode('a body of some length');
let folder: string;
let store: FileObjectStore;

beforeEach(async () => {
  disk.isFull = false;
  folder = mkdtempSync(join(tmpdir(), "millpond's objects-"));
  store = await openFileObjectStore({ folder });
});

afterEach(() => rmSync(folder, { recursive: true }));

function filesIn(place: string): string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe('file object store', () => {
  it('an object lies under its key in the folder, and nothing else is left', async () => {
    await store.putIfAbsent(KEY, BODY);

    expect(store.locationOf(KEY)).toBe(join(folder, ...KEY.split('/')));
    expect(filesIn(folder)).toEqual(['a.ndjson.gz']);
  });

  it('a full disk is one clear error, leaves nothing behind, and the same put passes later', async () => {
    disk.isFull = true;

    await expect(store.putIfAbsent(KEY, BODY)).rejects.toMatchObject({
      name: 'StorageError',
      fault: 'full',
      path: store.locationOf(KEY),
      message: expect.stringContaining('no space is left'),
    });
    expect(filesIn(folder)).toEqual([]);
    expect(await store.get(KEY)).toBeNull();

    disk.isFull = false;
    expect(await store.putIfAbsent(KEY, BODY)).toBe('created');
  });

  it('fault 34: what a killed process left half written is cleared, what a living one writes is not', async () => {
    const dead = spawnSync(process.execPath, ['--eval', '']).pid;
    const writing = join(folder, '.writing');
    writeFileSync(join(writing, `${dead}-half`), BODY);
    writeFileSync(join(writing, `${process.pid}-half`), BODY);

    await openFileObjectStore({ folder });

    expect(readdirSync(writing)).toEqual([`${process.pid}-half`]);
  });

  it.each([
    '',
    '/etc/passwd',
    '../outside',
    'raw/../../outside',
    'raw/./a',
    'raw//a',
    'raw/a/',
    'raw\\a',
    'raw/a\0b',
    'raw/a\nb',
    'raw/a b',
    'raw/%2e%2e/a',
    'raw/.hidden',
    '.writing/1-x',
    'C:/a',
    'raw/é',
  ])('fault 52: the key %j is refused', async (key) => {
    await expect(store.putIfAbsent(key, BODY)).rejects.toMatchObject({ name: 'ObjectKeyError' });
    await expect(store.get(key)).rejects.toMatchObject({ name: 'ObjectKeyError' });
    expect(() => store.locationOf(key)).toThrow('is not allowed');
  });

  it.each([
    [1_024, 'created'],
    [1_025, 'ObjectKeyError'],
  ])('fault 52: a key of %i bytes: %s', async (length, outcome) => {
    const parts = Array.from({ length: 64 }, () => 'fifteen-letters').join('/');

    const answer = await store
      .putIfAbsent(parts.padEnd(length, 'x'), BODY)
      .catch((error: Error) => error.name);

    expect(answer).toBe(outcome);
  });

  it('a file where a folder should be is a clear error', async () => {
    writeFileSync(join(folder, 'raw'), '');

    await expect(store.putIfAbsent(KEY, BODY)).rejects.toMatchObject({ name: 'StorageError' });
    await expect(openFileObjectStore({ folder: join(folder, 'raw') })).rejects.toMatchObject({
      name: 'StorageError',
    });
  });

  it('a folder under the key of an object is not an object that exists', async () => {
    mkdirSync(store.locationOf(KEY), { recursive: true });

    expect(await store.get(KEY)).toBeNull();
    await expect(store.putIfAbsent(KEY, BODY)).rejects.toMatchObject({ name: 'StorageError' });
  });
});
