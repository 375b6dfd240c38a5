import { type Checkpoint, compareSequences, type StoredLedgerRow } from '../../../lambdas/domain/ledger.ts';
import { readableKey, type SetAside } from '../../../lambdas/domain/set-aside.ts';
import { replaceState, STATE_NAMES } from '../../../lambdas/run-lake/lake-state.ts';
import { planRun } from '../../../lambdas/run-lake/plan-run.ts';
import type { Effects, Process } from './effects.ts';
import { portsOf, type Stores } from './ports.ts';
import { ALLOWED_LATENESS_MS } from './sendings.ts';
import type { Shard } from './shards.ts';
import { type Copy, type CopyOrder, type ObjectReader, type StagingTables, stageCopies } from './staging.ts';
import type { Objects } from './stores.ts';

/** What a run of staging commits in one piece: its tables and which ledger rows they hold. */
export interface Build {
  readonly tables: StagingTables;
  readonly rows: readonly StoredLedgerRow[];
}

export interface StagerWorld {
  readonly stores: Stores;
  readonly reader: ObjectReader;
  readonly shards: readonly Shard[];
  readonly commit: (build: Build) => void;
  /** The ledger names an object that does not stand. */
  readonly missing: (key: string) => void;
}

export interface StagerRules {
  readonly order: CopyOrder;
  /** The order of a good run's end: tables, rows marked, watermark. */
  readonly isWatermarkFirst: boolean;
}

/**
 * One run of staging in memory, its reads and writes in the order of the real one: checkpoints, the ledger, what waits in the stream, objects,
 * tables, rows marked as staged, the watermark. Plan and state are the product's own.
 */
export async function stage(
  world: StagerWorld,
  rules: StagerRules,
  process: Process,
  runId: string,
): Promise<void> {
  const { stores } = world;
  const { ledger } = portsOf(stores, process);
  // Before the ledger: what lands in between is behind them, and holds the watermark.
  const checkpoints = await ledger.checkpoints();
  const rows = await ledger.rows({ source: 'events' });
  const oldestWaitingArrivalMs = await oldestBehind(world, process, checkpoints);
  const { watermarkMs } = planRun({
    rows,
    models: [],
    previousWatermarkMs: await watermarkOf(stores, process),
    oldestWaitingArrivalMs,
    allowedLatenessMs: ALLOWED_LATENESS_MS,
    haveModelsChanged: false,
    haveObjectsChanged: false,
    isForced: false,
  });
  const copies = await readCopies(world, process, rows);
  const build = { tables: stageCopies(copies, ALLOWED_LATENESS_MS, rules.order), rows };
  const moveWatermark = async () => {
    if (watermarkMs !== null) await replaceState(ledger, STATE_NAMES.watermark, String(watermarkMs));
  };
  if (rules.isWatermarkFirst) await moveWatermark();
  await effectOf(stores.effects, process, 'commits its tables', () => world.commit(build));
  const unstaged = rows.filter((row) => row.stagedBy === null).map((row) => row.ledgerId);
  await ledger.markStaged(unstaged, runId);
  if (!rules.isWatermarkFirst) await moveWatermark();
}

async function watermarkOf({ effects, ledger }: Stores, process: Process): Promise<number | null> {
  const name = STATE_NAMES.watermark;
  const stored = await effectOf(
    effects,
    process,
    'reads the watermark',
    () => ledger.states.get(name) ?? null,
  );
  return stored === null ? null : Number(stored);
}

/** Arrival of the oldest record behind the checkpoints, as the stream tells it. */
function oldestBehind(
  { stores, shards }: StagerWorld,
  process: Process,
  checkpoints: readonly Checkpoint[],
): Promise<number | null> {
  const landed = new Map(checkpoints.map(({ shardId, sequence }) => [shardId, sequence]));
  return effectOf(stores.effects, process, 'asks the stream what waits', () => {
    let oldestMs: number | null = null;
    for (const { shardId, accepted } of shards) {
      const sequence = landed.get(shardId);
      const waiting = accepted.find(
        ({ record }) => sequence === undefined || compareSequences(record.sequenceNumber, sequence) > 0,
      );
      const arrivalMs = waiting?.record.arrivalTimeMs;
      if (arrivalMs !== undefined && (oldestMs === null || arrivalMs < oldestMs)) oldestMs = arrivalMs;
    }
    return oldestMs;
  });
}

function readCopies(
  world: StagerWorld,
  process: Process,
  rows: readonly StoredLedgerRow[],
): Promise<readonly Copy[]> {
  const { effects, objects, ledger } = world.stores;
  const place = { objects, setAsides: ledger.setAsides, reader: world.reader };
  return effectOf(effects, process, 'reads objects', () => copiesOf(place, rows, world.missing));
}

/** Where the objects of ledger rows are read. */
export interface ObjectPlace {
  readonly objects: Objects;
  readonly setAsides: ReadonlyMap<string, SetAside>;
  readonly reader: ObjectReader;
}

/** Every copy in the raw objects that the rows name. */
export function copiesOf(
  { objects, setAsides, reader }: ObjectPlace,
  rows: readonly StoredLedgerRow[],
  missing: (key: string) => void,
): readonly Copy[] {
  const copies: Copy[] = [];
  for (const row of rows) {
    for (const object of row.objects) {
      if (object.kind !== 'raw') continue;
      const key = readableKey(object.key, setAsides);
      const bytes = key === null ? undefined : objects.bytes.get(key);
      if (key === null || bytes === undefined) missing(object.key);
      else copies.push(...reader.copiesOf(bytes, key, row.ledgerId));
    }
  }
  return copies;
}

function effectOf<T>(effects: Effects, process: Process, name: string, apply: () => T): Promise<T> {
  return effects.of(process, { name, apply });
}
