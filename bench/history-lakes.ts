import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { type ConsumeDependencies, consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import type { StreamRecord } from '../lambdas/ports/stream.ts';
import { openFileObjectStore } from '../local/file-object-store.ts';
import { type Lake, openLake, openOrCreateLake } from '../local/lake.ts';
import { SqliteLedgerStore } from '../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../local/state-database.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { type Arrival, EVENTS_A_VISIT, HISTORY_START_MS, shopDays } from './shop-days.ts';

/** Goes up whenever the same seed gives other lakes. */
const VERSION = 1;
const SEED = 1;
const RECORDS_PER_BATCH = 5_000;
const SHARD_ID = 'shardId-000000000000';
const SETTINGS = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression(RAW_COMPRESSION) };

export const HISTORY_DAYS = 90;
/** How much less the small histories hold. */
export const SMALLER = 10;

/** Folders of lakes whose events have landed, none of them staged. */
export interface HistoryLakes {
  /** All events of the days. */
  readonly whole: string;
  /** Those of the last tenth of the days: the same number a day. */
  readonly short: string;
  /** Those of a tenth of the visitors: as many days. */
  readonly thin: string;
  /** What arrives on the one day more, for any of them. */
  readonly day: string;
}

/**
 * The lakes with about so many events, as the consumer lands them without claims; made when the temporary folder does
 * not hold them yet, which takes minutes and a hundred bytes an event.
 */
export async function historyLakes(events: number, progress: (text: string) => void): Promise<HistoryLakes> {
  const folder = join(tmpdir(), `millpond-bench-history-${VERSION}-${SEED}-${events}`);
  const lakes = {
    whole: join(folder, 'whole'),
    short: join(folder, 'short'),
    thin: join(folder, 'thin'),
    day: join(folder, 'day'),
  };
  const marker = join(folder, 'whole.json');
  if (existsSync(marker)) {
    progress(`takes the history that lies in ${folder}: ${readFileSync(marker, 'utf8').trim()}`);
    return lakes;
  }
  rmSync(folder, { recursive: true, force: true });
  const started = performance.now();
  const landed = await landAll(lakes, events);
  const seconds = Math.round((performance.now() - started) / 1000);
  writeFileSync(marker, `${JSON.stringify(landed)}\n`);
  progress(`landed ${JSON.stringify(landed)} records in ${seconds} s into ${folder}`);
  return lakes;
}

async function landAll(lakes: HistoryLakes, events: number): Promise<Readonly<Record<string, number>>> {
  const visitsADay = Math.max(1, Math.round(events / HISTORY_DAYS / EVENTS_A_VISIT));
  const landings = {
    whole: await LakeLanding.open(lakes.whole),
    short: await LakeLanding.open(lakes.short),
    thin: await LakeLanding.open(lakes.thin),
    day: await LakeLanding.open(lakes.day),
  };
  let day = 0;
  let sequence = 0;
  for (const arrivals of shopDays({ seed: SEED, visitsADay, days: HISTORY_DAYS })) {
    const records = arrivals.map((arrival, index) => recordOf(arrival, sequence + index + 1));
    sequence += records.length;
    if (day === HISTORY_DAYS) {
      await landings.day.land(records);
    } else {
      await landings.whole.land(records);
      await landings.thin.land(records.filter((_, index) => arrivals[index]?.isThin === true));
      if (day >= HISTORY_DAYS - HISTORY_DAYS / SMALLER) await landings.short.land(records);
    }
    day += 1;
  }
  return Object.fromEntries(
    Object.entries(landings).map(([name, landing]) => [name, landing.close()] as const),
  );
}

function recordOf({ arrivalMs, data }: Arrival, sequence: number): StreamRecord {
  return {
    shardId: SHARD_ID,
    sequenceNumber: String(sequence),
    partitionKey: '',
    arrivalTimeMs: arrivalMs,
    data,
  };
}

/** The consumer with a laptop's stores, which here need not outlive a power cut. */
class LakeLanding {
  readonly #dependencies: ConsumeDependencies;
  readonly #close: () => void;
  #records = 0;

  private constructor(dependencies: ConsumeDependencies, close: () => void) {
    this.#dependencies = dependencies;
    this.#close = close;
  }

  static async open(folder: string): Promise<LakeLanding> {
    const { lake } = openOrCreateLake(folder, { madeBy: 'user', nowMs: HISTORY_START_MS });
    const database = openStateDatabase(lake.stateFile);
    database.prepare('pragma synchronous = off').all();
    const objects = await openFileObjectStore({ folder: lake.objectsFolder, isDurable: false });
    const ledger = new SqliteLedgerStore(database);
    return new LakeLanding({ ...sinkDependencies(), objects, ledger }, () => database.close());
  }

  async land(records: readonly StreamRecord[]): Promise<void> {
    for (let from = 0; from < records.length; from += RECORDS_PER_BATCH) {
      const batch = { shardId: SHARD_ID, records: records.slice(from, from + RECORDS_PER_BATCH) };
      const { row } = await consumeBatch(batch, this.#dependencies, SETTINGS);
      if (row === null || row.quarantined > 0)
        throw new Error(`the consumer refuses ${JSON.stringify(row?.quarantineReasons)} of the history`);
      this.#records += row.received;
    }
  }

  /** Returns how many records have landed. */
  close(): number {
    this.#close();
    return this.#records;
  }
}

/** A lake of one's own with the same objects and ledger, in a folder that does not exist yet. */
export async function cloneLake(from: string, to: string): Promise<Lake> {
  mkdirSync(to, { recursive: true });
  for (const file of ['lake.json', 'state.sqlite']) await copyFile(join(from, file), join(to, file));
  linkAll(join(from, 'objects'), join(to, 'objects'));
  return openLake(to);
}

/** A lake of one's own that is built as another is. No process may have that one open. */
export async function copyBuilt(from: Lake, to: string): Promise<Lake> {
  await cloneLake(from.folder, to);
  const copy = openLake(to);
  await copyFile(from.databaseFile, copy.databaseFile);
  linkAll(from.buildsFolder, copy.buildsFolder);
  return copy;
}

/** What landed in one lake lands in another one too. */
export async function landDay(from: string, to: Lake): Promise<number> {
  const source = openStateDatabase(openLake(from).stateFile);
  const target = openStateDatabase(to.stateFile);
  try {
    linkAll(join(from, 'objects'), to.objectsFolder);
    const ledger = new SqliteLedgerStore(target);
    const landed = new SqliteLedgerStore(source);
    let received = 0;
    for (const { stagedBy: _, ...row } of await landed.rows()) {
      await ledger.append(row);
      received += row.received;
    }
    for (const checkpoint of await landed.checkpoints()) await ledger.advanceCheckpoint(checkpoint);
    return received;
  } finally {
    source.close();
    target.close();
  }
}

/** Hard links: no byte is copied, and the zones' objects never change. */
function linkAll(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkAll(source, target);
    else linkSync(source, target);
  }
}
