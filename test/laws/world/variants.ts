import { hash } from 'node:crypto';
import { consumeBatch } from '../../../lambdas/consume-events/consume-batch.ts';
import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import { MemoryClaimStore } from '../../fakes/claim-store.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { SILENT, settingsOf } from './consumer.ts';
import { type StagedObjects, stagingLines } from './sample.ts';
import { ALLOWED_LATENESS_MS, bytesOf, type SentEvent, START_MS } from './sendings.ts';
import { copiesOf } from './stager.ts';
import { ObjectReader, stageCopies } from './staging.ts';
import { Objects } from './stores.ts';

/** Events in the order in which one shard takes them; cut into batches of these lengths, the last one repeating. */
export interface Feed {
  readonly events: readonly SentEvent[];
  readonly cuts: readonly number[];
}

/** A shop's events as they came: a feed for each shard, and how often each batch is delivered. */
export interface Variant {
  readonly feeds: readonly Feed[];
  readonly deliveries: number;
}

/** Lands a variant by the consumer and stages it in memory. `number` gives it shards and ids of its own. */
export async function landVariant(number: number, { feeds, deliveries }: Variant): Promise<StagedObjects> {
  const objects = new MemoryObjectStore();
  const ledger = new MemoryLedgerStore();
  const deps = { objects, ledger, claims: new MemoryClaimStore(), telemetry: SILENT };
  const settings = settingsOf({ maxBatchBytes: Number.POSITIVE_INFINITY, isCompressing: false }, 0);
  for (const [shard, feed] of feeds.entries()) {
    for (const records of batchesOf(feed, recordsOf(number, shard, feed))) {
      const batch = { shardId: shardIdOf(number, shard), records };
      for (let delivery = 0; delivery < deliveries; delivery += 1) await consumeBatch(batch, deps, settings);
    }
  }
  const rows = await ledger.rows();
  const stored = new Objects();
  for (const [key, bytes] of objects.objects) stored.bytes.set(key, bytes);
  const copies = copiesOf(
    { objects: stored, setAsides: new Map(), reader: new ObjectReader() },
    rows,
    (key) => {
      throw new Error(`the ledger names ${key}, which does not stand`);
    },
  );
  const staging = stagingLines(stageCopies(copies, ALLOWED_LATENESS_MS));
  return { rows, objects: [...objects.objects], staging };
}

/** One hash for what staging holds, wherever its events came from: table, id, time and content, without the number. */
export function hashOf(lines: readonly string[]): string {
  const contents = lines.map((line) => {
    const [table, eventId = ''] = line.split(' ');
    const [eventTime, page] = line.split(' ').slice(-2);
    return [table, eventId.slice(8), eventTime, page].join(' ');
  });
  return hash('sha256', contents.sort().join('\n'), 'hex');
}

function shardIdOf(number: number, shard: number): string {
  return `shardId-${number.toString(16).padStart(8, '0')}${String(shard).padStart(4, '0')}`;
}

function recordsOf(number: number, shard: number, { events }: Feed): readonly StreamRecord[] {
  return events.map((event, place) => ({
    shardId: shardIdOf(number, shard),
    sequenceNumber: String(place + 1),
    partitionKey: 'd',
    arrivalTimeMs: START_MS + place * 1_000,
    data: bytesOf(number, { sendings: [event], shard }, START_MS + place),
  }));
}

function batchesOf({ cuts }: Feed, records: readonly StreamRecord[]): readonly (readonly StreamRecord[])[] {
  const batches: (readonly StreamRecord[])[] = [];
  for (let from = 0, cut = 0; from < records.length; cut += 1) {
    const length = cuts[Math.min(cut, cuts.length - 1)] ?? records.length;
    batches.push(records.slice(from, from + length));
    from += length;
  }
  return batches;
}
