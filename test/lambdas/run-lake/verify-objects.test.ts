import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerObject, StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import { setAsideBroken } from '../../../lambdas/run-lake/verify-objects.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let objects: MemoryObjectStore;
let ledger: MemoryLedgerStore;
let telemetry: MemoryTelemetry;

beforeEach(() => {
  objects = new MemoryObjectStore();
  ledger = new MemoryLedgerStore();
  telemetry = new MemoryTelemetry();
});

/** A row with one object, which holds its key as its only line. */
async function rowWith(key: string, fields: Partial<LedgerObject> = {}): Promise<StoredLedgerRow> {
  const body = Buffer.from(`${key}\n`);
  const stored = key.endsWith('.zst') ? zstdCompressSync(body) : gzipSync(body);
  await objects.putIfAbsent(key, stored);
  const [object = expect.unreachable()] = ledgerRow('l').objects;
  const named = { ...object, key, sha256: sha256(body), storedSha256: sha256(stored), ...fields };
  return { ...ledgerRow(`events/${key}`, { objects: [named] }), stagedBy: null };
}

function verify(rows: readonly StoredLedgerRow[], isSuspect = true): Promise<number> {
  return setAsideBroken({ ledger, objects, telemetry }, rows, () => isSuspect);
}

describe('fault 35: an object', () => {
  it('whose bytes are those that were stored is left alone', async () => {
    expect(await verify([await rowWith('a.gz'), await rowWith('b.zst')])).toBe(0);
    expect(await ledger.setAsides()).toEqual([]);
    expect(telemetry.counts.size).toBe(0);
  });

  it('that is missing or holds other bytes gets a note, loudly', async () => {
    const rows = [await rowWith('a.gz'), await rowWith('b.zst'), await rowWith('c.gz')];
    objects.objects.delete('a.gz');
    objects.objects.set('b.zst', Buffer.from('other'));

    expect(await verify(rows)).toBe(2);
    expect(await ledger.setAsides()).toEqual([
      { objectKey: 'a.gz', ledgerId: 'events/a.gz', detail: 'missing', replacementKey: null },
      {
        objectKey: 'b.zst',
        ledgerId: 'events/b.zst',
        detail: 'cannot be decompressed',
        replacementKey: null,
      },
    ]);
    expect(telemetry.counts.get('ObjectsSetAside')).toBe(2);
    expect(telemetry.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    expect(await verify(rows)).toBe(0);
  });

  it.each(['a.gz', 'a.zst'])(
    'of before digests of stored bytes were kept is proved by its records: %s',
    async (key) => {
      const row = await rowWith(key, { storedSha256: '' });
      expect(await verify([row])).toBe(0);

      objects.objects.set(key, key.endsWith('.zst') ? zstdCompressSync('other') : gzipSync('other'));
      expect(await verify([row])).toBe(1);
      expect((await ledger.setAsides())[0]?.detail).toBe('holds other records than were stored');
    },
  );

  it('that several rows name is read once, and noted under the first', async () => {
    const row = await rowWith('a.gz');
    objects.objects.delete('a.gz');
    let reads = 0;
    const counting = {
      ...objects,
      get: async () => {
        reads += 1;
        return null;
      },
    };

    const rows = [row, { ...row, ledgerId: 'events/z' }];
    await setAsideBroken(
      { ledger, objects: Object.assign(Object.create(objects), counting), telemetry },
      rows,
      () => true,
    );

    expect(reads).toBe(1);
    expect((await ledger.setAsides()).map(({ ledgerId }) => ledgerId)).toEqual(['events/a.gz']);
  });

  it('that nobody suspects is not read, unless it has a note', async () => {
    const row = await rowWith('a.gz');
    objects.objects.delete('a.gz');
    expect(await verify([row], false)).toBe(0);

    await verify([row]);
    await objects.putIfAbsent('a.gz', gzipSync('a.gz\n'));
    expect(await verify([row], false)).toBe(0);
    expect((await ledger.setAsides())[0]).toMatchObject({ detail: 'whole again', replacementKey: 'a.gz' });
  });
});

it('fault 35: a replacement is proved by its records, however they are compressed, and can be set aside too', async () => {
  const row = await rowWith('a.gz');
  objects.objects.delete('a.gz');
  await verify([row]);
  await objects.putIfAbsent('a_r1.zst', zstdCompressSync('a.gz\n'));
  const [note = expect.unreachable()] = await ledger.setAsides();
  await ledger.setAside({ ...note, replacementKey: 'a_r1.zst' });
  expect(await verify([row], false)).toBe(0);

  objects.objects.set('a_r1.zst', zstdCompressSync('other'));
  expect(await verify([row], false)).toBe(1);
  expect((await ledger.setAsides()).map(({ objectKey }) => objectKey)).toEqual(['a.gz', 'a_r1.zst']);
});

it('at most 32 objects are in memory at once', async () => {
  const rows = await Promise.all(Array.from({ length: 50 }, (_, n) => rowWith(`${n}.gz`)));
  let now = 0;
  let most = 0;
  const watched: MemoryObjectStore = Object.assign(Object.create(objects), {
    get: async (key: string) => {
      now += 1;
      most = Math.max(most, now);
      const bytes = await objects.get(key);
      await Promise.resolve();
      now -= 1;
      return bytes;
    },
  });

  await setAsideBroken({ ledger, objects: watched, telemetry }, rows, () => true);

  expect(most).toBe(32);
});
