import { openCompression } from '../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../lambdas/consume-events/consume-batch.ts';
import type { LedgerRow } from '../../lambdas/domain/ledger.ts';
import type { ClaimAnswer, ClaimRequest, ClaimStore } from '../../lambdas/ports/claim-store.ts';
import type { LedgerStore } from '../../lambdas/ports/ledger-store.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import type { StreamBatch, StreamRecord } from '../../lambdas/ports/stream.ts';
import { MemoryClaimStore } from '../fakes/claim-store.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../fakes/object-store.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';

const SETTINGS = { claimTtlMs: 8 * 86_400_000, compression: openCompression({ codec: 'gzip', level: 1 }) };

/** What may go wrong at one effect: the process dies before it or after it, or (claims only) the store is away. */
export type Mishap = 'none' | 'before' | 'after' | 'away';

export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Two shards, stores that outlive crashes, and a list of mishaps, one taken at each effect. */
export class CrashWorld {
  readonly objects = new MemoryObjectStore();
  readonly ledger = new MemoryLedgerStore();
  readonly claims: ClaimStore;
  readonly #mishaps: Mishap[];

  constructor(mishaps: readonly Mishap[], claims: ClaimStore = new MemoryClaimStore()) {
    this.#mishaps = [...mishaps];
    this.claims = claims;
  }

  /** Whether it landed; false when the process died on the way. */
  async tryToLand(batch: StreamBatch): Promise<boolean> {
    const dependencies = {
      objects: this.#crashingObjects(),
      claims: this.#crashingClaims(),
      ledger: this.#crashingLedger(),
      telemetry: new MemoryTelemetry(),
    };
    try {
      await consumeBatch(batch, dependencies, SETTINGS);
      return true;
    } catch (error) {
      if (error instanceof Crash) return false;
      throw error;
    }
  }

  async ledgerRows(): Promise<readonly LedgerRow[]> {
    return this.ledger.rows();
  }

  /** Parsed lines of the objects that the ledger names, of one kind. */
  async landedLines(kind: string): Promise<readonly Record<string, string>[]> {
    const rows = await this.ledger.rows();
    const keys = rows.flatMap((row) =>
      row.objects.filter((object) => object.kind === kind).map(({ key }) => key),
    );
    return [...new Set(keys)].flatMap((key) => this.objects.lines(key)).map((line) => JSON.parse(line));
  }

  #mishap(): Mishap {
    return this.#mishaps.shift() ?? 'none';
  }

  async #effect<T>(run: () => Promise<T>): Promise<T> {
    const mishap = this.#mishap();
    if (mishap === 'before') throw new Crash('before');
    const result = await run();
    if (mishap === 'after') throw new Crash('after');
    return result;
  }

  #crashingObjects(): ObjectStore {
    return {
      putIfAbsent: (key, body) => this.#effect(() => this.objects.putIfAbsent(key, body)),
      get: (key) => this.objects.get(key),
      list: (prefix) => this.objects.list(prefix),
      locationOf: (key) => this.objects.locationOf(key),
    };
  }

  #crashingLedger(): LedgerStore {
    const { ledger } = this;
    return {
      append: (row) => this.#effect(() => ledger.append(row)),
      advanceCheckpoint: (checkpoint) => this.#effect(() => ledger.advanceCheckpoint(checkpoint)),
      rows: (filter) => ledger.rows(filter),
      markStaged: (ids, runId) => ledger.markStaged(ids, runId),
      checkpoints: () => ledger.checkpoints(),
      setAside: (note) => ledger.setAside(note),
      setAsides: () => ledger.setAsides(),
      readState: (name) => ledger.readState(name),
      writeState: (name, expected, value) => ledger.writeState(name, expected, value),
    };
  }

  /** Each request is an effect of its own: a crash leaves some ids claimed and others not. */
  #crashingClaims(): ClaimStore {
    return {
      claim: async (requests) => {
        const answers: ClaimAnswer[] = [];
        for (const request of requests) answers.push(await this.#claimOne(request));
        return answers;
      },
    };
  }

  async #claimOne(request: ClaimRequest): Promise<ClaimAnswer> {
    const mishap = this.#mishap();
    if (mishap === 'before') throw new Crash('before');
    if (mishap === 'away') return { kind: 'unavailable', detail: 'away' };
    const [answer] = await this.claims.claim([request]);
    if (mishap === 'after') throw new Crash('after');
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }
}

/** Marks ids as seen and asks nobody who marked them: what must not be built. */
export class NaiveClaimStore implements ClaimStore {
  readonly #seen = new Map<string, ClaimRequest>();

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimAnswer[]> {
    return requests.map((request) => {
      const seen = this.#seen.get(request.eventId);
      if (seen !== undefined) return { kind: 'held', owner: 'somebody', digest: seen.digest };
      this.#seen.set(request.eventId, request);
      return { kind: 'granted' };
    });
  }
}

/** Where a shard is read from next. */
export interface ShardReader {
  readonly records: readonly StreamRecord[];
  position: number;
}

/** The next batch of the shard, of at most `size` records; after a failure another size cuts the same records anew. */
export function nextBatch(reader: ShardReader, size: number, ahead: number): StreamBatch {
  const from = reader.position + ahead;
  const records = reader.records.slice(from, from + size);
  return { shardId: records[0]?.shardId ?? 'shardId-0', records };
}
