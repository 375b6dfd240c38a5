import type { StatementSync } from 'node:sqlite';
import * as z from 'zod';
import {
  type Checkpoint,
  compareSequences,
  LEDGER_SOURCES,
  type LedgerRow,
  type StoredLedgerRow,
} from '../lambdas/domain/ledger.ts';
import type { SetAside } from '../lambdas/domain/set-aside.ts';
import type { LedgerStore, StoredRun } from '../lambdas/ports/ledger-store.ts';
import { LEDGER_ROW } from './ledger-row-schema.ts';
import { numberOf, type SqliteDatabase, type SqliteRow, textOf } from './sqlite-database.ts';

const SOURCE = z.enum(LEDGER_SOURCES);
const COUNTS = LEDGER_ROW.shape.countsByTypeAndMinute;
const WITHOUT_COUNTS = LEDGER_ROW.omit({ countsByTypeAndMinute: true });

/** Ledger, checkpoints, notes on objects, runs and lake state in the lake's state database. Throws StorageError. */
export class SqliteLedgerStore implements LedgerStore {
  readonly #database: SqliteDatabase;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: SqliteDatabase) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  async append(row: LedgerRow): Promise<'appended' | 'exists'> {
    const { countsByTypeAndMinute, ...body } = row;
    const texts = [JSON.stringify(body), JSON.stringify(countsByTypeAndMinute)];
    const changes = this.#change(this.#statements.append, [row.ledgerId, row.source, ...texts]);
    return changes === 1 ? 'appended' : 'exists';
  }

  /** Their counts by minute can be asked for as long as the database is open. */
  async rows(filter: Parameters<LedgerStore['rows']>[0] = {}): Promise<readonly StoredLedgerRow[]> {
    const statement = filter.unstagedOnly === true ? this.#statements.unstaged : this.#statements.all;
    const stored = this.#database.guarded(() => statement.all(filter.source ?? null));
    return stored.map((row) => storedRow(row, (ledgerId) => this.#countsOf(ledgerId)));
  }

  #countsOf(ledgerId: string): LedgerRow['countsByTypeAndMinute'] {
    const row = this.#database.guarded(() => this.#statements.counts.get(ledgerId));
    return row === undefined ? {} : COUNTS.parse(JSON.parse(textOf(row, 'counts')));
  }

  async markStaged(ledgerIds: readonly string[], runId: string): Promise<void> {
    this.#database.transaction(() => {
      for (const ledgerId of ledgerIds) {
        if (this.#statements.markStaged.run(runId, ledgerId).changes === 1) continue;
        throw new Error(`Cannot mark ledger row ${ledgerId} as staged by ${runId}: it is missing`);
      }
    });
  }

  async advanceCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { source, shardId, sequence, arrivalTimeMs } = checkpoint;
    this.#database.transaction(() => {
      const stored = this.#statements.checkpoint.get(source, shardId);
      if (stored !== undefined && compareSequences(sequence, textOf(stored, 'sequence')) <= 0) return;
      this.#statements.putCheckpoint.run(source, shardId, sequence, arrivalTimeMs);
    });
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#database.guarded(() => this.#statements.checkpoints.all()).map(storedCheckpoint);
  }

  async setAside(note: SetAside): Promise<void> {
    const { objectKey, ledgerId, detail, replacementKey } = note;
    this.#change(this.#statements.setAside, [objectKey, ledgerId, detail, replacementKey]);
  }

  async setAsides(): Promise<readonly SetAside[]> {
    return this.#database.guarded(() => this.#statements.setAsides.all()).map(storedSetAside);
  }

  async putRun({ runId, startedAtMs, body }: StoredRun): Promise<void> {
    this.#change(this.#statements.putRun, [runId, startedAtMs, body]);
  }

  async runs(limit: number): Promise<readonly StoredRun[]> {
    return this.#database.guarded(() => this.#statements.runs.all(limit)).map(storedRun);
  }

  async keepRuns(count: number): Promise<void> {
    this.#change(this.#statements.keepRuns, [count]);
  }

  async readState(name: string): Promise<string | null> {
    const row = this.#database.guarded(() => this.#statements.readState.get(name));
    return row === undefined ? null : textOf(row, 'value');
  }

  async writeState(name: string, expected: string | null, value: string): Promise<boolean> {
    const changes =
      expected === null
        ? this.#change(this.#statements.insertState, [name, value])
        : this.#change(this.#statements.updateState, [value, name, expected]);
    return changes === 1;
  }

  #change(statement: StatementSync, values: readonly (string | number | null)[]): number {
    return this.#database.guarded(() => Number(statement.run(...values).changes));
  }
}

function prepareStatements(database: SqliteDatabase) {
  const rows = `select body, staged_by from ledger where (?1 is null or source = ?1)`;
  return {
    append: database.prepare(
      'insert into ledger (ledger_id, source, body, counts) values (?, ?, ?, ?) on conflict do nothing',
    ),
    all: database.prepare(`${rows} order by ledger_id`),
    counts: database.prepare('select counts from ledger where ledger_id = ?'),
    unstaged: database.prepare(`${rows} and staged_by is null order by ledger_id`),
    markStaged: database.prepare('update ledger set staged_by = ? where ledger_id = ?'),
    checkpoint: database.prepare('select sequence from checkpoints where source = ? and shard_id = ?'),
    putCheckpoint: database.prepare('insert or replace into checkpoints values (?, ?, ?, ?)'),
    checkpoints: database.prepare('select * from checkpoints order by source, shard_id'),
    setAside: database.prepare(
      'insert into set_asides values (?, ?, ?, ?) on conflict do update set ledger_id = excluded.ledger_id, detail = excluded.detail, replacement_key = coalesce(excluded.replacement_key, replacement_key)',
    ),
    setAsides: database.prepare('select * from set_asides order by object_key'),
    putRun: database.prepare(
      'insert into runs values (?, ?, ?) on conflict do update set body = excluded.body',
    ),
    runs: database.prepare('select * from runs order by started_at_ms desc, run_id desc limit ?'),
    keepRuns: database.prepare(
      'delete from runs where run_id not in (select run_id from runs order by started_at_ms desc, run_id desc limit ?)',
    ),
    readState: database.prepare('select value from lake_state where name = ?'),
    insertState: database.prepare('insert into lake_state values (?, ?) on conflict do nothing'),
    updateState: database.prepare('update lake_state set value = ? where name = ? and value = ?'),
  };
}

/** The counts are read when somebody asks: of 2,000 rows that saves half a second of each run. */
function storedRow(
  row: SqliteRow,
  countsOf: (ledgerId: string) => LedgerRow['countsByTypeAndMinute'],
): StoredLedgerRow {
  const body = WITHOUT_COUNTS.parse(JSON.parse(textOf(row, 'body')));
  return {
    ...body,
    get countsByTypeAndMinute() {
      return countsOf(body.ledgerId);
    },
    stagedBy: row.staged_by === null ? null : textOf(row, 'staged_by'),
  };
}

function storedCheckpoint(row: SqliteRow): Checkpoint {
  return {
    source: SOURCE.parse(textOf(row, 'source')),
    shardId: textOf(row, 'shard_id'),
    sequence: textOf(row, 'sequence'),
    arrivalTimeMs: numberOf(row, 'arrival_time_ms'),
  };
}

function storedSetAside(row: SqliteRow): SetAside {
  return {
    objectKey: textOf(row, 'object_key'),
    ledgerId: textOf(row, 'ledger_id'),
    detail: textOf(row, 'detail'),
    replacementKey: row.replacement_key === null ? null : textOf(row, 'replacement_key'),
  };
}

function storedRun(row: SqliteRow): StoredRun {
  return {
    runId: textOf(row, 'run_id'),
    startedAtMs: numberOf(row, 'started_at_ms'),
    body: textOf(row, 'body'),
  };
}
