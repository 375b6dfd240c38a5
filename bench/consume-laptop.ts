import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KinesisStreamEvent } from 'aws-lambda';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import { openFileObjectStore } from '../local/file-object-store.ts';
import { SqliteClaimStore } from '../local/sqlite-claim-store.ts';
import { SqliteLedgerStore } from '../local/sqlite-ledger-store.ts';
import { openStateDatabase } from '../local/state-database.ts';
import type { Bench, Figure } from './bench.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { cpuSeconds } from './cpu-time.ts';
import { type EventIds, lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 100_000;
const DEFAULT_RUNS = 5;

interface Way {
  readonly name: string;
  readonly ids: EventIds;
  readonly hasClaims: boolean;
  readonly atLeast?: number;
}
const WAYS: readonly Way[] = [
  { name: 'claims, UUIDv7', ids: 'v7', hasClaims: true, atLeast: 60_000 },
  { name: 'claims, UUIDv4', ids: 'v4', hasClaims: true },
  { name: 'no claims', ids: 'v7', hasClaims: false },
];

/** From the text of an invocation to files and SQLite, each write on the disk before the next begins. */
export const consumeLaptop: Bench = {
  name: 'consume-laptop',
  meaning: 'events that the consumer lands on a disk per second of one core, with the adapters of a laptop',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const count = Math.max(1, Math.round(events / RECORDS_PER_PAYLOAD));
    const figures: Figure[] = [];
    for (const way of WAYS) {
      const payloads = lambdaPayloads(count, way.ids);
      const seconds = { cpu: [] as number[], wall: [] as number[] };
      for (let run = 0; run <= runs; run += 1) {
        const taken = await landInNewLake(payloads, way);
        if (run === 0) continue;
        seconds.cpu.push(taken.cpuS);
        seconds.wall.push(taken.wallS);
      }
      progress(`${way.name}: ${runs} lakes of ${payloads.length} batches`);
      figures.push(...figuresOf(way, count * RECORDS_PER_PAYLOAD, seconds));
    }
    return figures;
  },
};

function figuresOf(
  { name, atLeast }: Way,
  events: number,
  seconds: { readonly cpu: readonly number[]; readonly wall: readonly number[] },
): readonly Figure[] {
  return [
    {
      name,
      value: events / median(seconds.cpu),
      unit: 'events/s',
      ...(atLeast === undefined ? {} : { atLeast }),
    },
    { name: `${name}, by the wall`, value: events / median(seconds.wall), unit: 'events/s' },
  ];
}

async function landInNewLake(
  payloads: readonly string[],
  { hasClaims }: Way,
): Promise<{ readonly cpuS: number; readonly wallS: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'millpond-laptop-'));
  const database = openStateDatabase(join(folder, 'state.sqlite'));
  try {
    const dependencies = {
      ...sinkDependencies(),
      objects: await openFileObjectStore({ folder: join(folder, 'objects') }),
      claims: hasClaims ? new SqliteClaimStore(database) : null,
      ledger: new SqliteLedgerStore(database),
    };
    const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression(RAW_COMPRESSION) };
    const started = performance.now();
    const cpuS = await cpuSeconds(async () => {
      for (const payload of payloads) {
        const event: KinesisStreamEvent = JSON.parse(payload);
        const { row } = await consumeBatch(batchOf(event), dependencies, settings);
        if (row?.accepted !== RECORDS_PER_PAYLOAD || row.dedupBypassed > 0)
          throw new Error(`${row?.accepted} of ${RECORDS_PER_PAYLOAD} events were accepted with a claim`);
      }
    });
    return { cpuS, wallS: (performance.now() - started) / 1000 };
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
