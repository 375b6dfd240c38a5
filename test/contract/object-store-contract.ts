import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import type { Subject } from './subject.ts';

const KEY =
  'raw/events/ingest_date=2026-01-31/ingest_hour=10/shardId-000000000000_1_9_9_0123456789abcdef.ndjson.gz';
const encoder = new TextEncoder();

/** What any ObjectStore must do. `make` gives a fresh, empty store. */
export function objectStoreContract(name: string, make: () => Promise<Subject<ObjectStore>>): void {
  describe(`object store: ${name}`, () => {
    let subject: Subject<ObjectStore>;
    let store: ObjectStore;

    beforeEach(async () => {
      subject = await make();
      store = await subject.open();
    });
    afterEach(() => subject.close());

    it('an object comes back byte by byte', async () => {
      const body = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256);

      expect(await store.putIfAbsent(KEY, body)).toBe('created');
      expect(Buffer.compare((await store.get(KEY)) ?? new Uint8Array(), body)).toBe(0);
    });

    it('an empty object is an object', async () => {
      await store.putIfAbsent(KEY, new Uint8Array());

      expect((await store.get(KEY))?.length).toBe(0);
    });

    it('a missing object is null', async () => {
      expect(await store.get(KEY)).toBeNull();
      expect(await store.get('raw')).toBeNull();
    });

    it('fault 12: a taken key exists, and keeps its first bytes', async () => {
      await store.putIfAbsent(KEY, encoder.encode('first'));

      expect(await store.putIfAbsent(KEY, encoder.encode('second'))).toBe('exists');
      expect(Buffer.from((await store.get(KEY)) ?? []).toString()).toBe('first');
    });

    it('fault 17: of many writers of one key at once, exactly one creates it, and its bytes stand', async () => {
      const clients = [store, await subject.open()];
      const bodies = Array.from({ length: 20 }, (_, index) =>
        encoder.encode(`writer ${index} `.repeat(5_000)),
      );

      const answers = await Promise.all(
        bodies.map((body, index) => (clients[index % 2] ?? store).putIfAbsent(KEY, body)),
      );

      const winners = bodies.filter((_, index) => answers[index] === 'created');
      expect(winners).toHaveLength(1);
      expect(Buffer.compare((await store.get(KEY)) ?? new Uint8Array(), winners[0] ?? new Uint8Array())).toBe(
        0,
      );
    });

    it('fault 17: of four writers of each of many keys at once, one creates each, and its bytes stand', async () => {
      const clients = [store, await subject.open()];
      const keys = Array.from({ length: 50 }, (_, index) => `race/${index}`);
      const races = await Promise.all(
        keys.map((key) =>
          Promise.all(
            Array.from({ length: 4 }, async (_, writer) => {
              const body = encoder.encode(`${key} by ${writer}`);
              const answer = await (clients[writer % 2] ?? store).putIfAbsent(key, body);
              return answer === 'created' ? [`${key} by ${writer}`] : [];
            }),
          ),
        ),
      );

      const stand = await Promise.all(
        keys.map(async (key) => Buffer.from((await store.get(key)) ?? []).toString()),
      );
      expect(races.map((answers) => answers.flat())).toEqual(stand.map((text) => [text]));
    });

    it('lists the keys of a prefix ascending, those of neighbours left out', async () => {
      const keys = ['a/b/2', 'a/b/10', 'a/b-c/1', 'a/b.d', 'ab/1', 'a/b/1=x/y', 'b'];
      for (const key of keys) await store.putIfAbsent(key, encoder.encode(key));

      const list = (prefix: string) => Array.fromAsync(store.list(prefix));
      expect(await list('a/b/')).toEqual(['a/b/10', 'a/b/1=x/y', 'a/b/2']);
      expect(await list('a/b')).toEqual(['a/b-c/1', 'a/b.d', 'a/b/10', 'a/b/1=x/y', 'a/b/2']);
      expect(await list('none/')).toEqual([]);
      expect(await list('')).toHaveLength(keys.length);
    });

    it('lists more keys than one page holds, each once', async () => {
      const keys = Array.from({ length: 1_003 }, (_, index) => `page/${String(index).padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 100) {
        const some = keys.slice(start, start + 100);
        await Promise.all(some.map((key) => store.putIfAbsent(key, encoder.encode(key))));
      }

      expect(await Array.fromAsync(store.list('page/'))).toEqual(keys);
      expect(await Array.fromAsync(store.list('page/0'))).toEqual(keys.slice(0, 1_000));
    });

    it('an object of more than a whole payload of the consumer comes back byte by byte', async () => {
      const body = new Uint8Array(8 * 1_048_576).map((_, index) => (index * 31 + (index >> 8)) % 256);

      expect(await store.putIfAbsent(KEY, body)).toBe('created');
      expect(Buffer.compare((await store.get(KEY)) ?? new Uint8Array(), body)).toBe(0);
    });

    it('a location names the object and differs by key', async () => {
      expect(store.locationOf(KEY).replaceAll('\\', '/').endsWith(`/${KEY}`)).toBe(true);
      expect(store.locationOf('raw/a')).not.toBe(store.locationOf('raw/b'));
    });
  });
}
