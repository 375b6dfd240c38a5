import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { KinesisStreamEvent } from 'aws-lambda';
import { type Compression, openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { CONTRACT_FIELDS } from '../lambdas/domain/events/contract.ts';
import type { CompressionSettings } from '../lambdas/domain/raw-compression.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import type { Bench, Figure } from './bench.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { cpuSeconds } from './cpu-time.ts';
import { lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 100_000;
const DEFAULT_RUNS = 5;
const CODECS: readonly CompressionSettings[] = [
  { codec: 'gzip', level: 1 },
  { codec: 'gzip', level: 6 },
  { codec: 'zstd', level: 1 },
  { codec: 'zstd', level: 2 },
  { codec: 'zstd', level: 3 },
];

/** One core: what a codec costs who writes an object, who keeps it, and who reads it as DuckDB does. */
export const codecs: Bench = {
  name: 'codecs',
  meaning: 'what raw objects cost by codec and level: time to write, bytes, time of DuckDB to read',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-codecs-'));
    try {
      const bodies = await rawBodies(Math.max(1, Math.round(events / RECORDS_PER_PAYLOAD)));
      const figures: Figure[] = [];
      for (const settings of CODECS) {
        const name = `${settings.codec} ${settings.level}`;
        figures.push(...(await measureCodec(name, settings, { bodies, runs, folder: join(folder, name) })));
        progress(name);
      }
      return figures;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Bodies of raw objects before compression, as the consumer writes them. */
async function rawBodies(count: number): Promise<readonly Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  const compression: Compression = {
    extension: '.ndjson.gz',
    compress: (body) => {
      bodies.push(Uint8Array.from(body));
      return body;
    },
  };
  for (const payload of lambdaPayloads(count)) {
    const event: KinesisStreamEvent = JSON.parse(payload);
    await consumeBatch(batchOf(event), sinkDependencies(), { claimTtlMs: CLAIM_TTL_MS, compression });
  }
  return bodies;
}

async function measureCodec(
  name: string,
  settings: CompressionSettings,
  given: { readonly bodies: readonly Uint8Array[]; readonly runs: number; readonly folder: string },
): Promise<readonly Figure[]> {
  const { bodies, runs, folder } = given;
  const events = bodies.length * RECORDS_PER_PAYLOAD;
  const { compress, extension } = openCompression(settings);
  const objects = bodies.map((body) => compress(body));
  mkdirSync(folder);
  for (const [place, object] of objects.entries())
    writeFileSync(join(folder, `${place}${extension}`), object);
  const read = await reader(join(folder, `*${extension}`), events);
  await read();
  const seconds = { write: [] as number[], read: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    seconds.write.push(await cpuSeconds(() => bodies.forEach((body) => void compress(body))));
    seconds.read.push(await cpuSeconds(read));
  }
  const bytes = objects.reduce((sum, object) => sum + object.length, 0);
  return [
    { name: `${name}, to compress an event`, value: (median(seconds.write) / events) * 1e6, unit: 'us' },
    { name: `${name}, stored`, value: bytes / events, unit: 'bytes an event' },
    { name: `${name}, DuckDB reads an event`, value: (median(seconds.read) / events) * 1e6, unit: 'us' },
  ];
}

/** Reads every field of the contract as staging does, on one thread; throws when events are missing. */
async function reader(files: string, events: number): Promise<() => Promise<void>> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const columns = [...CONTRACT_FIELDS].map((field) => `${field}: 'VARCHAR'`).join(', ');
  const lengths = [...CONTRACT_FIELDS].map((field) => `sum(length(${field}))`).join(', ');
  const sql = `select count(event_id), ${lengths} from read_json('${files}', format = 'newline_delimited',
    columns = {${columns}}, ignore_errors = true)`;
  return async () => {
    const result = await connection.runAndReadAll(sql);
    const count = Number(result.getRows()[0]?.[0]);
    if (count !== events) throw new Error(`DuckDB read ${count} of ${events} events from ${dirname(files)}`);
  };
}
