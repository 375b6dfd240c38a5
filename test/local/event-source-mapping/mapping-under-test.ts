import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { StreamBatch, StreamRecord } from '../../../lambdas/ports/stream.ts';
import { type DrainOptions, drain } from '../../../local/event-source-mapping/drain.ts';
import type { ConsumeBatch } from '../../../local/event-source-mapping/invocation-outcome.ts';
import { LocalStream } from '../../../local/local-stream.ts';
import { ManualClock } from '../../fakes/clock.ts';

export const SHARD = 'shardId-000000000000';
export const OTHER_SHARD = 'shardId-000000000001';

/** Streams of one test and what drains them. */
export class MappingUnderTest {
  #folder = '';
  #streams: LocalStream[] = [];
  /** Waits between retries of this test so far. */
  delaysMs: number[] = [];
  clock = new ManualClock(0);

  begin(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'millpond-mapping-'));
    this.#streams = [];
    this.delaysMs = [];
    this.clock = new ManualClock(0);
  }

  end(): void {
    for (const stream of this.#streams) stream.close();
    rmSync(this.#folder, { recursive: true });
  }

  async streamOf(texts: readonly string[], shards = 1): Promise<LocalStream> {
    const file = join(this.#folder, `${this.#streams.length}.sqlite`);
    const stream = new LocalStream({ file, clock: this.clock, shards });
    this.#streams.push(stream);
    await put(stream, texts);
    return stream;
  }

  /** Drains with a backoff that only notes its delays. */
  drained(stream: LocalStream, consume: ConsumeBatch, options: Partial<DrainOptions> = {}) {
    const wait = async (delayMs: number) => {
      this.delaysMs.push(delayMs);
      this.clock.advance(delayMs);
    };
    const backoff = { baseMs: 100, capMs: 1_000, wait, random: () => 0.5 };
    return drain({ stream, consume, backoff, clock: this.clock, ...options });
  }
}

/** Fresh for each test of the file that calls it. */
export function mappingUnderTest(): MappingUnderTest {
  const mapping = new MappingUnderTest();
  beforeEach(() => mapping.begin());
  afterEach(() => mapping.end());
  return mapping;
}

export async function put(stream: LocalStream, texts: readonly string[]): Promise<void> {
  const records = texts.map((text) => ({ partitionKey: text, data: new TextEncoder().encode(text) }));
  for (let start = 0; start < records.length; start += 500)
    await stream.put(records.slice(start, start + 500));
}

export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

export function textOf(record: StreamRecord): string {
  return Buffer.from(record.data).toString();
}

/** Keeps what it was called with; `answer` may throw or report failures. */
export function recorder(
  answer: (batch: StreamBatch, call: number) => ReturnType<ConsumeBatch> = async () => null,
) {
  const calls: string[][] = [];
  const consume: ConsumeBatch = (batch) => {
    calls.push(batch.records.map(textOf));
    return answer(batch, calls.length);
  };
  return { calls, consume };
}

export function failedAt(record: StreamRecord | undefined) {
  return { batchItemFailures: [{ itemIdentifier: record?.sequenceNumber ?? 'none' }] };
}
