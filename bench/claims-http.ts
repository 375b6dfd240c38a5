import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';
import { DynamoDbClaimStore } from '../lambdas/aws/dynamodb-claim-store.ts';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import type { ClaimStore } from '../lambdas/ports/claim-store.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import type { Bench, Figure } from './bench.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { cpuSeconds } from './cpu-time.ts';
import { HandSignedClaims } from './hand-signed-claims.ts';
import { lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 20_000;
const DEFAULT_RUNS = 5;

/** One core, the stub's time not counted: the product's claim store on the SDK, and calls written and signed by hand. */
export const claimsHttp: Bench = {
  name: 'claims-http',
  meaning: 'events that the consumer lands per second of one core with claims over HTTP to a loopback stub',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const payloads = lambdaPayloads(Math.max(1, Math.round(events / RECORDS_PER_PAYLOAD)));
    return await withSdkClaims(async (claims, port) => {
      const sdk = await measureWith(claims, payloads, runs);
      progress('the SDK');
      const byHand = new HandSignedClaims(port);
      try {
        const hand = await measureWith(byHand, payloads, runs);
        progress('signed by hand');
        return [
          ...figuresOf('claims by the SDK', sdk, payloads.length, 25_000),
          ...figuresOf('claims signed by hand', hand, payloads.length),
        ];
      } finally {
        byHand.close();
      }
    });
  },
};

/** A stub of the claims table in a process of its own, and the product's store on the SDK before it. */
export async function withSdkClaims<Value>(
  work: (claims: ClaimStore, port: number) => Promise<Value>,
): Promise<Value> {
  const { port, stub } = await startStub();
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    // As openClaimStore has it.
    cacheMiddleware: true,
  });
  try {
    return await work(new DynamoDbClaimStore({ client, tableName: 'claims' }), port);
  } finally {
    client.destroy();
    stub.stdin?.end();
    await once(stub, 'close');
  }
}

async function startStub(): Promise<{ readonly port: number; readonly stub: ChildProcess }> {
  const stub = spawn(process.execPath, [join(import.meta.dirname, 'claims-stub.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(stub.stdout, 'data');
  return { port: Number(String(line).trim()), stub };
}

interface Taken {
  readonly cpu: number[];
  readonly wall: number[];
}

async function measureWith(claims: ClaimStore, payloads: readonly string[], runs: number): Promise<Taken> {
  const taken: Taken = { cpu: [], wall: [] };
  await consumeAll(claims, payloads);
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    taken.cpu.push(await cpuSeconds(() => consumeAll(claims, payloads)));
    taken.wall.push((performance.now() - started) / 1000);
  }
  return taken;
}

async function consumeAll(claims: ClaimStore, payloads: readonly string[]): Promise<void> {
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression(RAW_COMPRESSION) };
  for (const payload of payloads) {
    const event: KinesisStreamEvent = JSON.parse(payload);
    const { row } = await consumeBatch(batchOf(event), { ...sinkDependencies(), claims }, settings);
    if (row?.accepted !== RECORDS_PER_PAYLOAD || row.dedupBypassed > 0)
      throw new Error('not every event was accepted with a claim: the bench measures something else');
  }
}

function figuresOf(name: string, taken: Taken, payloads: number, atLeast?: number): readonly Figure[] {
  const events = payloads * RECORDS_PER_PAYLOAD;
  return [
    {
      name,
      value: events / median(taken.cpu),
      unit: 'events/s',
      ...(atLeast === undefined ? {} : { atLeast }),
    },
    { name: `${name}, an event`, value: (median(taken.cpu) / events) * 1e6, unit: 'us' },
    { name: `${name}, by the wall`, value: events / median(taken.wall), unit: 'events/s' },
  ];
}
