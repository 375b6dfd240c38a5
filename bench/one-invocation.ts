import { readFileSync } from 'node:fs';
import type { KinesisStreamEvent } from 'aws-lambda';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';

/** A program of its own: lands the payload of a file, or nothing without one, and prints how many events it accepted. */
async function invoke(payload: string): Promise<number> {
  const event: KinesisStreamEvent = JSON.parse(payload);
  const claims = { claim: async (requests: readonly unknown[]) => requests.map(() => GRANTED) };
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression(RAW_COMPRESSION) };
  const { row } = await consumeBatch(batchOf(event), { ...sinkDependencies(), claims }, settings);
  return row?.accepted ?? 0;
}

const GRANTED = { kind: 'granted' } as const;
const [file] = process.argv.slice(2);
console.log(file === undefined ? 0 : await invoke(readFileSync(file, 'utf8')));
