import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TableModel } from '../../lambdas/domain/models/model.ts';
import type { RunTask } from '../../lambdas/run-lake/run-dependencies.ts';
import { runLake } from '../../lambdas/run-lake/run-lake.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { readModels } from '../../local/model-files.ts';
import { relocatedObjects } from '../../local/trino/relocated-objects.ts';
import { TrinoSqlEngine } from '../../local/trino/trino-sql-engine.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { MemoryTelemetry } from '../fakes/telemetry.ts';
import type { LakeUnderTest } from '../flow/lake-under-test.ts';

/** Where a Trino answers, and the folder that it calls `local:///`. */
export interface TrinoPlace {
  readonly url: string;
  readonly warehouse: string;
}

const READY_ATTEMPTS = 240;
const READY_PAUSE_MS = 500;
const READY_ANSWER_MS = 10_000;
const DAY_MS = 86_400_000;
/** Iceberg's commits bear the same. */
const CLOCK = { nowMs: () => Date.now() };

export const TABLES: readonly TableModel[] = readModels().models.filter((model) => model.kind === 'table');

async function silence(): Promise<never> {
  await setTimeout(READY_ANSWER_MS, undefined, { ref: false });
  throw new Error(`no answer in ${READY_ANSWER_MS / 1_000} s`);
}

/** The tables of one lake, built a second time by the same runner: on Iceberg, from the same objects and ledger rows. */
export class LakeOnTrino {
  readonly engine: TrinoSqlEngine;
  readonly #place: TrinoPlace;
  readonly #name: string;
  readonly #ledger = new MemoryLedgerStore();
  #runs = 0;

  constructor(place: TrinoPlace, name: string) {
    this.#place = place;
    this.#name = name;
    this.engine = new TrinoSqlEngine({ url: place.url, catalog: 'iceberg', schema: name, user: 'millpond' });
  }

  /** Trino answers long before it takes statements. */
  async waitUntilReady(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await Promise.race([this.engine.query('select 1'), silence()]);
        return;
      } catch (error) {
        if (attempt >= READY_ATTEMPTS) throw error;
        await setTimeout(READY_PAUSE_MS);
      }
    }
  }

  /** Takes over what has landed in the other lake since, and runs. */
  async run(lake: LakeUnderTest, isForced = false, task: RunTask = { kind: 'run' }): Promise<RunRecord> {
    this.#runs += 1;
    await this.engine.execute(`create schema if not exists iceberg.${this.#name}`);
    const folder = join(this.#place.warehouse, this.#name);
    cpSync(lake.objectsFolder, folder, { recursive: true });
    for (const { stagedBy: _, ...row } of await lake.stores.ledger.rows()) await this.#ledger.append(row);
    const root = `local:///${this.#name}/`;
    return runLake(
      {
        engine: this.engine,
        ledger: this.#ledger,
        objects: relocatedObjects(lake.stores.objects, root),
        clock: CLOCK,
        telemetry: new MemoryTelemetry(),
        models: readModels(),
      },
      {
        runId: `run-${this.#runs}`,
        allowedLatenessMs: 3 * DAY_MS,
        reportingCurrency: null,
        oldestWaitingArrivalMs: async () => null,
        isForced,
        task,
        places: { objectsRoot: root, warehouse: '', rawSchema: `hive.${this.#name}` },
      },
    );
  }

  /** Commits so far, by table. */
  async snapshots(): Promise<Readonly<Record<string, number>>> {
    const counts: [string, number][] = [];
    for (const { name } of TABLES) {
      const { rows } = await this.engine.query(`select count(*) from "${name}$snapshots"`);
      counts.push([name, Number(rows[0]?.[0])]);
    }
    return Object.fromEntries(counts);
  }
}
