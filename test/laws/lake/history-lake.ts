import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import type { Admission } from '../../../lambdas/domain/admission.ts';
import { EVENT_HISTORY } from '../../../lambdas/domain/datasets/event-history.ts';
import { FUNNELS, type Funnel } from '../../../lambdas/domain/funnels.ts';
import type { Check, ModelLibrary } from '../../../lambdas/domain/models/model.ts';
import { MS_PER_DAY } from '../../../lambdas/domain/time.ts';
import { ingestFakestore } from '../../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import { ingestFile } from '../../../lambdas/ingest-files/ingest-file.ts';
import type { ObjectStore } from '../../../lambdas/ports/object-store.ts';
import { systemTimers } from '../../../lambdas/ports/timers.ts';
import { readAdmissions } from '../../../lambdas/run-lake/lake-state.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import { readRun } from '../../../lambdas/run-lake/run-history.ts';
import { runLake } from '../../../lambdas/run-lake/run-lake.ts';
import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { type DuckDbEngine, openDuckDb } from '../../../local/duckdb-engine.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import type { TableRows } from './compare-tables.ts';
import type { EventFile, ShardRecord, StoreSnapshot } from './history.ts';
import { QuietEngine } from './quiet-engine.ts';

export const ALLOWED_LATENESS_MS = 3 * MS_PER_DAY;
export const EMAIL_KEY = Buffer.alloc(32, 7);
const COMPRESSION = openCompression({ codec: 'gzip', level: 1 });
const CLOCK = { nowMs: () => 0 };

/** A lake whose tables are real and whose ledger lies in memory. */
export class HistoryLake {
  readonly ledger: MemoryLedgerStore;
  readonly #engine: DuckDbEngine;
  readonly #quiet: QuietEngine;
  readonly #objects: ObjectStore;
  readonly #library: ModelLibrary;
  readonly #funnels: readonly Funnel[];
  readonly #prefix: string;
  #runs = 0;

  private constructor(
    engine: DuckDbEngine,
    parts: {
      readonly objects: ObjectStore;
      readonly library: ModelLibrary;
      readonly ledger: MemoryLedgerStore;
      readonly funnels: readonly Funnel[];
      readonly prefix: string;
    },
  ) {
    this.#engine = engine;
    this.#quiet = new QuietEngine(engine);
    this.#objects = parts.objects;
    this.#library = parts.library;
    this.ledger = parts.ledger;
    this.#funnels = parts.funnels;
    this.#prefix = parts.prefix;
  }

  static async open(
    objects: ObjectStore,
    library: ModelLibrary,
    {
      funnels = FUNNELS,
      ledger = new MemoryLedgerStore(),
      prefix = 'run',
    }: {
      readonly funnels?: readonly Funnel[];
      readonly ledger?: MemoryLedgerStore;
      readonly prefix?: string;
    } = {},
  ): Promise<HistoryLake> {
    const engine = await openDuckDb({ file: ':memory:', threads: 1 });
    return new HistoryLake(engine, { objects, library, funnels, ledger, prefix });
  }

  /** A lake without tables that has landed the same, and remembers what a rebuild reads. */
  async rebuilt(): Promise<HistoryLake> {
    const ledger = new MemoryLedgerStore();
    for (const row of this.ledger.stored.values())
      ledger.stored.set(row.ledgerId, { ...row, stagedBy: null });
    for (const name of ['watermark_ms', 'reporting_currency', 'admissions']) {
      const value = this.ledger.states.get(name);
      if (value !== undefined) ledger.states.set(name, value);
    }
    const funnels = this.#funnels;
    return HistoryLake.open(this.#objects, this.#library, { funnels, ledger, prefix: 'rebuild' });
  }

  close(): void {
    this.#engine.close();
  }

  async land(records: readonly ShardRecord[]): Promise<void> {
    const shardId = records[0]?.shardId ?? '';
    const deps = {
      objects: this.#objects,
      claims: null,
      ledger: this.ledger,
      telemetry: new MemoryTelemetry(),
    };
    const batch = records.map(({ sequence, arrivalMs, event }) => ({
      shardId,
      sequenceNumber: sequence,
      partitionKey: 'd',
      arrivalTimeMs: arrivalMs,
      data: new TextEncoder().encode(JSON.stringify(event)),
    }));
    await consumeBatch({ shardId, records: batch }, deps, { claimTtlMs: 1, compression: COMPRESSION });
  }

  /** Throws when the store's answer is refused: a history sends none that is. */
  async ingest(snapshot: StoreSnapshot): Promise<void> {
    const { slot } = snapshot;
    const report = await ingestFakestore(
      { baseUrl: 'https://store.example', slot },
      {
        fetch: async (url) => answerOf(snapshot, url.pathname),
        objects: this.#objects,
        ledger: this.ledger,
        clock: CLOCK,
        random: { next: () => 0 },
        timers: systemTimers,
        telemetry: new MemoryTelemetry(),
        emailKey: EMAIL_KEY,
      },
    );
    const refused = report.kinds.find(({ outcome }) => outcome !== 'accepted' && outcome !== 'unchanged');
    if (refused !== undefined) throw new Error(`${refused.kind} at ${slot}: ${refused.detail}`);
  }

  async bring(file: EventFile): Promise<void> {
    const bytes = fileBytes(file);
    const report = await ingestFile(
      {
        file: { name: file.name, sizeBytes: bytes.length, open: () => whole(bytes) },
        slotMs: Date.parse(file.slot),
        dataset: EVENT_HISTORY,
        separator: null,
        maxBadRows: null,
        isDryRun: false,
      },
      {
        stores: { objects: this.#objects, ledger: this.ledger },
        compression: COMPRESSION,
        onBytes: () => undefined,
        mayGoOn: () => undefined,
      },
    );
    if (report.outcome !== 'landed' || report.bad > 0)
      throw new Error(`${file.name}: ${JSON.stringify(report)}`);
  }

  async run(options: {
    readonly oldestWaitingMs: number | null;
    readonly isForced?: boolean;
    readonly task?: RunTask;
    /** Run after the models; those of severity error then fail the run instead of throwing. Absent: none. */
    readonly checks?: readonly Check[];
  }): Promise<RunRecord> {
    this.#runs += 1;
    const run = await runLake(
      {
        engine: this.#quiet,
        ledger: this.ledger,
        objects: this.#objects,
        clock: CLOCK,
        telemetry: new MemoryTelemetry(),
        models: { models: this.#library.models, checks: options.checks ?? [] },
      },
      {
        runId: `${this.#prefix}-${this.#runs}`,
        allowedLatenessMs: ALLOWED_LATENESS_MS,
        reportingCurrency: null,
        oldestWaitingArrivalMs: async () => options.oldestWaitingMs,
        isForced: options.isForced ?? false,
        funnels: this.#funnels,
        task: options.task ?? { kind: 'run' },
        places: { objectsRoot: `${this.#objects.locationOf('')}/`, warehouse: '' },
      },
    );
    if (run.status !== 'succeeded' && run.status !== 'unchanged' && run.status !== 'failed') {
      throw new Error(`run ${run.runId} ended as ${run.status}`);
    }
    return run;
  }

  /** The newest run that had something to do. */
  lastRun(): Promise<RunRecord | null> {
    return readRun(this.ledger);
  }

  /** What backfills have let in. */
  admissions(): Promise<readonly Admission[]> {
    return readAdmissions(this.ledger);
  }

  /** Every table that a header declares, in build order; or those that have all of the columns. */
  async tables(withColumns: readonly string[] = []): Promise<readonly TableRows[]> {
    const found: TableRows[] = [];
    for (const model of this.#library.models) {
      if (model.kind !== 'table') continue;
      if (!withColumns.every((wanted) => model.columns.some(({ name }) => name === wanted))) continue;
      const columns = model.columns.map(({ name }) => name);
      const { rows } = await this.#engine.query(`select ${columns.join(', ')} from ${model.name}`);
      const cells = rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
      found.push({ table: model.name, key: model.key, columns, rows: cells });
    }
    return found;
  }
}

export function fileBytes(file: EventFile): Uint8Array {
  return new TextEncoder().encode(file.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function answerOf(snapshot: StoreSnapshot, pathname: string): Response {
  const body = {
    '/products': snapshot.products.map((product) => ({
      ...product,
      description: '',
      image: '',
      rating: { rate: 4, count: 1 },
    })),
    '/users': snapshot.users,
    '/carts': snapshot.carts,
  }[pathname];
  return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
}
