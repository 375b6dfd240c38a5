import { type CheckedEvent, checkRecord } from '../domain/events/check-record.ts';
import type { Breach } from '../domain/events/rejection.ts';
import type { StreamRecord } from '../ports/stream.ts';

/** One event of a batch with its coordinates. */
export interface BatchItem {
  readonly record: StreamRecord;
  /** Place within an aggregated record; null when the record holds one event. */
  readonly index: number | null;
  readonly checked: CheckedEvent;
}

/** Where an item lands and why; `raw` and `duplicates` only for what was accepted. */
export type Fate =
  | { readonly kind: 'raw'; readonly isBypassed: boolean }
  | { readonly kind: 'duplicates'; readonly owner: string }
  | { readonly kind: 'quarantine'; readonly breach: Breach; readonly eventId: string | null };

export interface FatedItem {
  readonly item: BatchItem;
  readonly fate: Fate;
}

const SHARD_ID = /^[A-Za-z0-9_.-]{1,128}$/;
const SEQUENCE = /^\d+$/;

/**
 * All events of a shard's records, in order; never fewer than records. Throws for coordinates that no stream gives:
 * object keys are made of them.
 */
export function itemsOf(records: readonly StreamRecord[], shardId: string): readonly BatchItem[] {
  if (!SHARD_ID.test(shardId)) throw new Error(`"${shardId}" is no shard id: ${SHARD_ID.source}`);
  const items: BatchItem[] = [];
  for (const record of records) {
    assertCoordinates(record, shardId);
    const events = checkRecord(record.data, record.arrivalTimeMs);
    let place = 0;
    for (const checked of events) {
      items.push({ record, index: events.length > 1 ? place : null, checked });
      place += 1;
    }
  }
  return items;
}

function assertCoordinates(record: StreamRecord, shardId: string): void {
  if (record.shardId !== shardId)
    throw new Error(`a record of shard "${record.shardId}" came in a batch of shard "${shardId}"`);
  if (!SEQUENCE.test(record.sequenceNumber))
    throw new Error(`"${record.sequenceNumber}" is no sequence number: decimal digits only`);
  if (!Number.isSafeInteger(record.arrivalTimeMs))
    throw new Error(`${record.arrivalTimeMs} is no arrival time: whole milliseconds only`);
}

/** The coordinates that own a claim: `<shard>#<sequence>`, in an aggregated record with `#<index>`. */
export function ownerOf(item: BatchItem): string {
  const owner = `${item.record.shardId}#${item.record.sequenceNumber}`;
  return item.index === null ? owner : `${owner}#${item.index}`;
}
