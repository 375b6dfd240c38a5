import { gzipSync } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { openCompression } from '../lambdas/consume-events/compression.ts';
import { type ConsumeDependencies, consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import * as validators from '../lambdas/domain/events/validate-event.generated.js';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import type { Bench, Figure } from './bench.ts';
import { compareCpu } from './cpu-time.ts';
import { lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 40_000;
const DEFAULT_RUNS = 5;
/** Level 1 is what lib/ and local/ set; 6 shows how much the level hides. */
const COMPRESSION_LEVELS = [1, 6] as const;
const DEPLOYED_LEVEL = 1;
const CLAIM_TTL_MS = 8 * 86_400_000;
const LINE_FEED = Buffer.from('\n');

/**
 * One core, from the text of an invocation to compressed objects and ledger row, without claims; stores swallow what they
 * get. The yardstick does what nobody can leave out: parse the payload, decode and parse each record, ask the compiled
 * validator, compress the same bytes at the same level.
 */
export const consumeEvents: Bench = {
  name: 'consume-events',
  meaning:
    'events that the consumer lands per second of one core, beside parsing, validating and compressing them',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const payloads = lambdaPayloads(Math.max(1, Math.round(events / RECORDS_PER_PAYLOAD)));
    const figures: Figure[] = [];
    for (const level of COMPRESSION_LEVELS) {
      const seconds = await compareCpu(runs, {
        work: () => consumeAll(payloads, level),
        yardstick: () => payloads.forEach((payload) => void doTheLeast(payload, level)),
      });
      progress(
        `gzip ${level}: ${runs} runs over ${payloads.length} payloads of ${RECORDS_PER_PAYLOAD} events`,
      );
      figures.push(...figuresOf(level, payloads.length * RECORDS_PER_PAYLOAD, seconds));
    }
    return figures;
  },
};

function figuresOf(
  level: number,
  events: number,
  seconds: { readonly work: readonly number[]; readonly yardstick: readonly number[] },
): readonly Figure[] {
  const work = median(seconds.work);
  const yardstick = median(seconds.yardstick);
  return [
    { name: `consumer, gzip ${level}`, value: events / work, unit: 'events/s' },
    { name: `yardstick, gzip ${level}`, value: events / yardstick, unit: 'events/s' },
    {
      name: `consumer / yardstick, gzip ${level}, time`,
      value: work / yardstick,
      unit: 'ratio',
      ...(level === DEPLOYED_LEVEL ? { atMost: 1.6 } : {}),
    },
  ];
}

const SINKS: ConsumeDependencies = {
  objects: {
    putIfAbsent: async () => 'created',
    get: async () => null,
    async *list() {},
    locationOf: (key) => key,
  },
  claims: null,
  ledger: {
    append: async () => 'appended',
    rows: async () => [],
    markStaged: async () => undefined,
    advanceCheckpoint: async () => undefined,
    checkpoints: async () => [],
    setAside: async () => undefined,
    setAsides: async () => [],
    readState: async () => null,
    writeState: async () => true,
  },
  telemetry: { info: ignore, warn: ignore, error: ignore, count: ignore, measure: ignore },
};

function ignore(): void {}

async function consumeAll(payloads: readonly string[], level: number): Promise<void> {
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression: openCompression({ codec: 'gzip', level }) };
  for (const payload of payloads) {
    const event: KinesisStreamEvent = JSON.parse(payload);
    const { row } = await consumeBatch(batchOf(event), SINKS, settings);
    requireAll(row?.accepted ?? 0);
  }
}

const VALIDATORS: ReadonlyMap<string, (value: unknown) => boolean> = new Map(Object.entries(validators));

function doTheLeast(payload: string, level: number): Uint8Array {
  const event: KinesisStreamEvent = JSON.parse(payload);
  const lines: Uint8Array[] = [];
  for (const { kinesis } of event.Records) {
    const bytes = Buffer.from(kinesis.data, 'base64');
    const value: { readonly event_type: string } = JSON.parse(bytes.toString());
    if (VALIDATORS.get(value.event_type)?.(value) === true) lines.push(bytes, LINE_FEED);
  }
  requireAll(lines.length / 2);
  return gzipSync(Buffer.concat(lines), { level });
}

/** A consumer that refuses is fast. */
function requireAll(accepted: number): void {
  if (accepted === RECORDS_PER_PAYLOAD) return;
  throw new Error(
    `${accepted} of ${RECORDS_PER_PAYLOAD} events were accepted: the bench measures something else`,
  );
}
