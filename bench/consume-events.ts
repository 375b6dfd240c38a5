import type { KinesisStreamEvent } from 'aws-lambda';
import { type Compression, openCompression } from '../lambdas/consume-events/compression.ts';
import { consumeBatch } from '../lambdas/consume-events/consume-batch.ts';
import * as validators from '../lambdas/domain/events/validate-event.generated.js';
import { type CompressionSettings, RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import { batchOf } from '../lambdas/runtime/kinesis-batch.ts';
import type { Bench, Figure } from './bench.ts';
import { CLAIM_TTL_MS, sinkDependencies } from './consumer-sinks.ts';
import { compareCpu } from './cpu-time.ts';
import { lambdaPayloads, RECORDS_PER_PAYLOAD } from './lambda-payload.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 40_000;
const DEFAULT_RUNS = 5;
/** The deployed codec, the same at another level, and what gzip would cost. */
const CODECS: readonly CompressionSettings[] = [
  RAW_COMPRESSION,
  { codec: 'zstd', level: 3 },
  { codec: 'gzip', level: 1 },
  { codec: 'gzip', level: 6 },
];
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
    for (const settings of CODECS) {
      const compression = openCompression(settings);
      const seconds = await compareCpu(runs, {
        work: () => consumeAll(payloads, compression),
        yardstick: () => payloads.forEach((payload) => void doTheLeast(payload, compression)),
      });
      progress(
        `${settings.codec} ${settings.level}: ${runs} runs over ${payloads.length} payloads of ${RECORDS_PER_PAYLOAD} events`,
      );
      figures.push(...figuresOf(settings, payloads.length * RECORDS_PER_PAYLOAD, seconds));
    }
    return figures;
  },
};

function figuresOf(
  settings: CompressionSettings,
  events: number,
  seconds: { readonly work: readonly number[]; readonly yardstick: readonly number[] },
): readonly Figure[] {
  const work = median(seconds.work);
  const yardstick = median(seconds.yardstick);
  const isDeployed = settings === RAW_COMPRESSION;
  const name = `${settings.codec} ${settings.level}`;
  return [
    {
      name: `consumer, ${name}`,
      value: events / work,
      unit: 'events/s',
      ...(isDeployed ? { atLeast: 120_000 } : {}),
    },
    { name: `yardstick, ${name}`, value: events / yardstick, unit: 'events/s' },
    {
      name: `consumer / yardstick, ${name}, time`,
      value: work / yardstick,
      unit: 'ratio',
      ...(isDeployed ? { atMost: 1.35 } : {}),
    },
  ];
}

async function consumeAll(payloads: readonly string[], compression: Compression): Promise<void> {
  const settings = { claimTtlMs: CLAIM_TTL_MS, compression };
  for (const payload of payloads) {
    const event: KinesisStreamEvent = JSON.parse(payload);
    const { row } = await consumeBatch(batchOf(event), sinkDependencies(), settings);
    requireAll(row?.accepted ?? 0);
  }
}

const VALIDATORS: ReadonlyMap<string, (value: unknown) => boolean> = new Map(Object.entries(validators));

function doTheLeast(payload: string, { compress }: Compression): Uint8Array {
  const event: KinesisStreamEvent = JSON.parse(payload);
  const lines: Uint8Array[] = [];
  for (const { kinesis } of event.Records) {
    const bytes = Buffer.from(kinesis.data, 'base64');
    const value: { readonly event_type: string } = JSON.parse(bytes.toString());
    if (VALIDATORS.get(value.event_type)?.(value) === true) lines.push(bytes, LINE_FEED);
  }
  requireAll(lines.length / 2);
  return compress(Buffer.concat(lines));
}

/** A consumer that refuses is fast. */
function requireAll(accepted: number): void {
  if (accepted === RECORDS_PER_PAYLOAD) return;
  throw new Error(
    `${accepted} of ${RECORDS_PER_PAYLOAD} events were accepted: the bench measures something else`,
  );
}
