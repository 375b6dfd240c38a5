import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';

/** Objects in memory. `rewrites` lists the keys that somebody tried to write again with other bytes: never allowed. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();
  readonly rewrites: string[] = [];

  async putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const stored = this.objects.get(key);
    if (stored === undefined) {
      this.objects.set(key, Uint8Array.from(body));
      return 'created';
    }
    if (Buffer.compare(stored, body) !== 0) this.rewrites.push(key);
    return 'exists';
  }

  async get(key: string): Promise<Uint8Array | null> {
    return this.objects.get(key) ?? null;
  }

  async *list(prefix: string): AsyncGenerator<string> {
    yield* this.keys(prefix);
  }

  locationOf(key: string): string {
    return `memory://${key}`;
  }

  /** Keys under a prefix, ascending. */
  keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** The lines of one compressed NDJSON object. */
  lines(key: string): string[] {
    const body = this.objects.get(key);
    if (body === undefined) throw new Error(`no object ${key}`);
    const plain = key.endsWith('.zst') ? zstdDecompressSync(body) : gunzipSync(body);
    return plain.toString('utf8').split('\n').slice(0, -1);
  }

  /** All lines under a prefix, in order of the keys. */
  allLines(prefix = ''): string[] {
    return this.keys(prefix).flatMap((key) => this.lines(key));
  }
}
