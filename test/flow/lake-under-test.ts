import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCompression } from '../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../lambdas/consume-events/consume-batch.ts';
import type { BadRowLimit } from '../../lambdas/domain/datasets/bad-row-limit.ts';
import type { ModelLibrary } from '../../lambdas/domain/models/model.ts';
import { ingestFakestore } from '../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import type { FileReport } from '../../lambdas/ingest-files/file-report.ts';
import { ingestFile } from '../../lambdas/ingest-files/ingest-file.ts';
import type { BuildPublisher } from '../../lambdas/ports/build-publisher.ts';
import type { OutgoingRecord } from '../../lambdas/ports/stream.ts';
import { systemTimers } from '../../lambdas/ports/timers.ts';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import { runLake } from '../../lambdas/run-lake/run-lake.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { type DuckDbEngine, openDuckDb } from '../../local/duckdb-engine.ts';
import { drain } from '../../local/event-source-mapping/drain.ts';
import { openOrCreateLake } from '../../local/lake.ts';
import { type LakeStores, openLakeStores } from '../../local/lake-stores.ts';
import { LocalStream } from '../../local/local-stream.ts';
import { readModels } from '../../local/model-files.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';

const DAY_MS = 86_400_000;
const COMPRESSION = openCompression({ codec: 'gzip', level: 1 });
const EMAIL_KEY = Buffer.alloc(32, 7);
/** The clock of a test stands still; nothing that lands comes from it. */
const CLOCK = { nowMs: () => Date.parse('2026-11-20T00:00:00Z') };

export type NamedRow = Readonly<Record<string, unknown>>;

/** A whole lake in a folder of its own: the real stream, mapping, consumer, stores and engine of the laptop. */
export class LakeUnderTest {
  readonly stores: LakeStores;
  readonly stream: LocalStream;
  readonly engine: DuckDbEngine;
  readonly #folder: string;
  readonly #models: ModelLibrary;
  #runs = 0;

  private constructor(
    folder: string,
    models: ModelLibrary,
    { stores, stream, engine }: Pick<LakeUnderTest, 'stores' | 'stream' | 'engine'>,
  ) {
    this.#folder = folder;
    this.#models = models;
    this.stores = stores;
    this.stream = stream;
    this.engine = engine;
  }

  /** Where builds may lie. */
  get buildsFolder(): string {
    return join(this.#folder, 'lake', 'builds');
  }

  /** Where the zones lie. */
  get objectsFolder(): string {
    return join(this.#folder, 'lake', 'objects');
  }

  /** `models`: those that its runs build; default all. */
  static async create(models: ModelLibrary = readModels()): Promise<LakeUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-flow-'));
    const { lake } = openOrCreateLake(join(folder, 'lake'), { madeBy: 'user', nowMs: 0 });
    const stores = await openLakeStores(lake, CLOCK);
    const stream = new LocalStream({ file: lake.streamFile, clock: CLOCK });
    const engine = await openDuckDb({ file: lake.databaseFile, searchFolder: lake.folder });
    return new LakeUnderTest(folder, models, { stores, stream, engine });
  }

  close(): void {
    this.engine.close();
    this.stream.close();
    this.stores.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Puts records on the stream, in calls of 500. */
  async put(records: Iterable<OutgoingRecord>): Promise<void> {
    let pending: OutgoingRecord[] = [];
    const flush = async (): Promise<void> => {
      if (pending.length > 0) await this.stream.put(pending);
      pending = [];
    };
    for (const record of records) {
      pending.push(record);
      if (pending.length === 500) await flush();
    }
    await flush();
  }

  /** Lands what waits; `batchSize` decides how the stream is cut. */
  async drain(batchSize = 5_000, dedup: 'owner' | 'ledger' = 'owner'): Promise<void> {
    const deps = {
      objects: this.stores.objects,
      claims: dedup === 'owner' ? this.stores.claims : null,
      ledger: this.stores.ledger,
      telemetry: new MemoryTelemetry(),
    };
    await drain({
      stream: this.stream,
      settings: { batchSize },
      consume: async (batch) => {
        await consumeBatch(batch, deps, { claimTtlMs: 8 * DAY_MS, compression: COMPRESSION });
        return null;
      },
    });
  }

  async ingest(baseUrl: string, slot: string): Promise<void> {
    const report = await ingestFakestore(
      { baseUrl, slot },
      {
        fetch,
        objects: this.stores.objects,
        ledger: this.stores.ledger,
        clock: CLOCK,
        random: { next: () => 0 },
        timers: systemTimers,
        telemetry: new MemoryTelemetry(),
        emailKey: EMAIL_KEY,
      },
    );
    for (const { kind, outcome, detail } of report.kinds) {
      if (outcome !== 'accepted' && outcome !== 'unchanged') throw new Error(`${kind}: ${detail}`);
    }
  }

  /** Takes in a file; a limit of null is its dataset's own. */
  bring(
    name: string,
    bytes: Uint8Array,
    slot: string,
    maxBadRows: BadRowLimit | null = null,
  ): Promise<FileReport> {
    const file = { name, sizeBytes: bytes.length, open: () => inPieces(bytes) };
    return ingestFile(
      {
        file,
        slotMs: Date.parse(slot),
        dataset: null,
        separator: null,
        maxBadRows,
        isDryRun: false,
      },
      {
        stores: this.stores,
        compression: COMPRESSION,
        onBytes: () => undefined,
        mayGoOn: () => undefined,
      },
    );
  }

  async run(
    isForced = false,
    task: RunTask = { kind: 'run' },
    publisher?: BuildPublisher,
  ): Promise<RunRecord> {
    this.#runs += 1;
    return runLake(
      {
        engine: this.engine,
        ledger: this.stores.ledger,
        objects: this.stores.objects,
        clock: CLOCK,
        telemetry: new MemoryTelemetry(),
        models: this.#models,
        ...(publisher === undefined ? {} : { publisher }),
      },
      {
        runId: `run-${this.#runs}`,
        allowedLatenessMs: 3 * DAY_MS,
        reportingCurrency: null,
        oldestWaitingArrivalMs: async () => null,
        isForced,
        task,
        places: { objectsRoot: 'objects/', warehouse: '' },
      },
    );
  }

  /** Rows of a table, or of any SELECT, as objects. */
  async rows(sql: string): Promise<readonly NamedRow[]> {
    const text = /^[a-z_]+$/.test(sql) ? `select * from ${sql}` : sql;
    const { columns, rows } = await this.engine.query(text);
    return rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null])),
    );
  }
}

/** In pieces that part rows, cells and characters. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 10_007) yield bytes.subarray(from, from + 10_007);
}

/** As the lake under test hashes addresses. */
export function hashEmail(email: string): string {
  return createHmac('sha256', EMAIL_KEY).update(email.trim().toLowerCase()).digest('hex');
}
