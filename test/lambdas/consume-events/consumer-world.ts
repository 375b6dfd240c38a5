import { openCompression } from '../../../lambdas/consume-events/compression.ts';
import {
  type BatchOutcome,
  type ConsumeSettings,
  consumeBatch,
} from '../../../lambdas/consume-events/consume-batch.ts';
import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import { RAW_COMPRESSION } from '../../../lambdas/domain/raw-compression.ts';
import type { StreamBatch, StreamRecord } from '../../../lambdas/ports/stream.ts';
import { MemoryClaimStore } from '../../fakes/claim-store.ts';
import { MemoryLedgerStore } from '../../fakes/ledger-store.ts';
import { MemoryObjectStore } from '../../fakes/object-store.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { ARRIVAL_MS, sample, utf8 } from '../domain/events/sample-events.ts';

export const SHARD = 'shardId-000000000000';
export const SETTINGS: ConsumeSettings = {
  claimTtlMs: 8 * 86_400_000,
  compression: openCompression(RAW_COMPRESSION),
};

/** The consumer with every store in memory. */
export class ConsumerWorld {
  readonly objects = new MemoryObjectStore();
  readonly claims = new MemoryClaimStore();
  readonly ledger = new MemoryLedgerStore();
  readonly telemetry = new MemoryTelemetry();

  consume(batch: StreamBatch, settings: ConsumeSettings = SETTINGS): Promise<BatchOutcome> {
    return consumeBatch(batch, this, settings);
  }

  /** Consumes records and gives the ledger row, which must be there. */
  async land(records: readonly StreamRecord[]): Promise<LedgerRow> {
    const { row } = await this.consume(batchOf(records));
    if (row === null) throw new Error('no ledger row');
    return row;
  }

  /** The parsed lines under a zone. */
  lines(zone: 'raw' | 'duplicates' | 'quarantine'): Record<string, unknown>[] {
    return this.objects.allLines(`${zone}/`).map((line) => JSON.parse(line));
  }
}

export function batchOf(records: readonly StreamRecord[]): StreamBatch {
  return { shardId: records[0]?.shardId ?? SHARD, records };
}

/** A record at a place of its shard; its data as text, bytes, or an object written as compact JSON. */
export function recordAt(
  sequence: number,
  data: string | Uint8Array | Record<string, unknown>,
  place: { readonly shardId?: string; readonly arrivalTimeMs?: number } = {},
): StreamRecord {
  return {
    shardId: place.shardId ?? SHARD,
    sequenceNumber: String(sequence),
    partitionKey: 'device-1',
    arrivalTimeMs: place.arrivalTimeMs ?? ARRIVAL_MS + sequence,
    data: bytesOf(data),
  };
}

function bytesOf(data: string | Uint8Array | Record<string, unknown>): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return utf8(typeof data === 'string' ? data : JSON.stringify(data));
}

/** The n-th of as many event ids as needed. */
export function eventId(n: number): string {
  return `0190a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** A small valid event with the n-th id. */
export function visit(n: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return sample('page_view', { event_id: eventId(n), ...changes });
}
