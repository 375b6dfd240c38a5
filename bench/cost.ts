import { gzipSync } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import type { ClaimStore } from '../lambdas/ports/claim-store.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import type { Bench, Figure } from './bench.ts';
import { withSdkClaims } from './claims-http.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { cpuSeconds } from './cpu-time.ts';
import { lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 20_000;
const DEFAULT_RUNS = 3;
const MILLION = 1_000_000;
const BYTES_PER_GB = 1e9;

/** US dollars, us-east-1, list prices of November 2026; 1,769 MB of Lambda are one core. */
const PRICES = {
  kinesisPutUnit: 0.014 / MILLION,
  kinesisShardHour: 0.015,
  lambdaRequest: 0.2 / MILLION,
  lambdaGbSecond: 0.0000133334,
  dynamoDbWrite: 0.625 / MILLION,
  s3Put: 5 / MILLION,
  s3GbMonth: 0.023,
  athenaTb: 5,
};
const LAMBDA_GB = 1;
const CORES = 1_024 / 1_769;
const RECORDS_PER_SHARD_SECOND = 1_000;
const BYTES_PER_WRITE = 1_024;

/** What the consumer did per event, counted where it calls. */
interface Measured {
  readonly cpuS: number;
  readonly objects: number;
  readonly bytes: number;
  readonly claims: number;
  readonly ledgerWrites: number;
  readonly invocations: number;
}

/** Full batches of single records; waiting for the network is not in it. Smaller batches cost more of what is per batch. */
export const cost: Bench = {
  name: 'cost',
  meaning: 'US cents per million events from the stream to raw, by measured calls and bytes and list prices',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const payloads = lambdaPayloads(Math.max(1, Math.round(events / RECORDS_PER_PAYLOAD)));
    const ledger = await measureMode(payloads, { claims: null, runs });
    progress('ledger');
    const owner = await withSdkClaims((claims) => measureMode(payloads, { claims, runs }));
    progress('owner');
    return [...figuresOf('ledger', ledger), ...figuresOf('owner', owner)];
  },
};

async function measureMode(
  payloads: readonly string[],
  { claims, runs }: { readonly claims: ClaimStore | null; readonly runs: number },
): Promise<Measured> {
  const count = { objects: 0, bytes: 0, claims: 0, ledgerWrites: 0 };
  const sinks = sinkDependencies();
  const dependencies = {
    ...sinks,
    objects: {
      ...sinks.objects,
      putIfAbsent: async (_key: string, body: Uint8Array) => {
        count.objects += 1;
        count.bytes += body.length;
        return 'created' as const;
      },
    },
    claims: claims === null ? null : counted(claims, count),
    ledger: {
      ...sinks.ledger,
      append: async (row: unknown) => {
        // The row, and one write more for the checkpoint.
        count.ledgerWrites += Math.ceil(gzipSync(JSON.stringify(row)).length / BYTES_PER_WRITE) + 1;
        return 'appended' as const;
      },
    },
  };
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression(RAW_COMPRESSION) };
  const seconds: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const taken = await cpuSeconds(async () => {
      for (const payload of payloads) {
        const event: KinesisStreamEvent = JSON.parse(payload);
        await consumeBatch(batchOf(event), dependencies, settings);
      }
    });
    if (run > 0) seconds.push(taken);
  }
  const all = payloads.length * RECORDS_PER_PAYLOAD * (runs + 1);
  return {
    cpuS: median(seconds) / (payloads.length * RECORDS_PER_PAYLOAD),
    objects: count.objects / all,
    bytes: count.bytes / all,
    claims: count.claims / all,
    ledgerWrites: count.ledgerWrites / all,
    invocations: 1 / RECORDS_PER_PAYLOAD,
  };
}

function counted(claims: ClaimStore, count: { claims: number }): ClaimStore {
  return {
    claim: (requests) => {
      count.claims += requests.length;
      return claims.claim(requests);
    },
  };
}

function figuresOf(mode: string, measured: Measured): readonly Figure[] {
  const parts = {
    stream: PRICES.kinesisPutUnit + (PRICES.kinesisShardHour / 3600) * (1 / RECORDS_PER_SHARD_SECOND),
    function:
      measured.invocations * PRICES.lambdaRequest +
      (measured.cpuS / CORES) * LAMBDA_GB * PRICES.lambdaGbSecond,
    claims: measured.claims * PRICES.dynamoDbWrite,
    'ledger row and checkpoint': measured.ledgerWrites * PRICES.dynamoDbWrite,
    'objects, a month': measured.objects * PRICES.s3Put + (measured.bytes / BYTES_PER_GB) * PRICES.s3GbMonth,
    'read once by Athena': (measured.bytes / 1e12) * PRICES.athenaTb,
  };
  const figures = Object.entries(parts).map(([part, dollars]) => ({
    name: `${mode}: ${part}`,
    value: dollars * 100 * MILLION,
    unit: 'US cents a million',
  }));
  const total = figures.reduce((sum, { value }) => sum + value, 0);
  return [...figures, { name: `${mode}: all`, value: total, unit: 'US cents a million' }];
}
