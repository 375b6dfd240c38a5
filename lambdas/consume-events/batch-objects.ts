import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { CheckedEvent } from '../domain/events/check-record.ts';
import { type LedgerObject, OBJECT_KINDS, type ObjectKind } from '../domain/ledger.ts';
import { isoFromMs, MS_PER_HOUR, utcDate, utcHour } from '../domain/time.ts';
import type { StreamRecord } from '../ports/stream.ts';
import type { BatchItem, Fate, FatedItem } from './batch-items.ts';
import type { Compression } from './compression.ts';
import { LineBuffer } from './line-buffer.ts';

/** An object to write: what the ledger says of it, and its compressed body. */
export interface BatchObject {
  readonly entry: LedgerObject;
  readonly body: Uint8Array;
}

const MS_PER_MINUTE = 60_000;
/** What the coordinates add to a line, with room to spare. */
const COORDINATES_BYTES = 200;
const SMALL_BYTES = 16_384;

/** Items of one kind and arrival hour. */
interface Group {
  readonly kind: ObjectKind;
  readonly hour: number;
  readonly shardId: string;
  readonly firstSequence: string;
  lastSequence: string;
  readonly lines: LineBuffer;
}

/**
 * One compressed NDJSON object per kind and arrival hour, kinds in the order of OBJECT_KINDS, hours ascending. Keys come from
 * coordinates and content alone, so the same items give the same keys and bytes at any time.
 */
export function buildObjects(items: readonly FatedItem[], compression: Compression): readonly BatchObject[] {
  const groups = new Map<string, Group>();
  const coordinates = coordinatesWriter();
  const rawBytes = expectedRawBytes(items);
  let group: Group | undefined;
  for (const fated of items) {
    const { item, fate } = fated;
    const { record } = item;
    const hour = hourOf(fated);
    if (group?.kind !== fate.kind || group.hour !== hour) {
      group =
        groups.get(`${fate.kind}/${hour}`) ??
        newGroup(fate.kind, hour, record, fate.kind === 'raw' ? rawBytes : SMALL_BYTES);
      groups.set(`${fate.kind}/${hour}`, group);
    }
    group.lastSequence = record.sequenceNumber;
    group.lines.ascii(coordinates(item));
    writeRest(group.lines, item.checked, fate);
    group.lines.endLine();
  }
  return [...groups.values()]
    .sort((left, right) => kindOrder(left) - kindOrder(right) || left.hour - right.hour)
    .map((finished) => finish(finished, compression));
}

/** Room for all items when they came in one hour, as live ones do; a batch of the past may spread over many. */
function expectedRawBytes(items: readonly FatedItem[]): number {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined || hourOf(first) !== hourOf(last)) return SMALL_BYTES;
  return items.reduce((sum, { item }) => sum + item.checked.to - item.checked.from + COORDINATES_BYTES, 0);
}

function hourOf({ item }: FatedItem): number {
  return Math.floor(item.record.arrivalTimeMs / MS_PER_HOUR);
}

function kindOrder(group: Group): number {
  return OBJECT_KINDS.indexOf(group.kind);
}

function newGroup(kind: ObjectKind, hour: number, record: StreamRecord, capacityBytes: number): Group {
  const { shardId, sequenceNumber } = record;
  return {
    kind,
    hour,
    shardId,
    firstSequence: sequenceNumber,
    lastSequence: sequenceNumber,
    lines: new LineBuffer(capacityBytes),
  };
}

/** Gives the start of each line, `{"_arrival_time":…,"_shard_id":…,"_sequence_number":…,`; formats each minute once. */
function coordinatesWriter(): (item: BatchItem) => string {
  let minute = Number.NaN;
  let untilMinute = '';
  return ({ record, index }) => {
    const { arrivalTimeMs } = record;
    if (Math.floor(arrivalTimeMs / MS_PER_MINUTE) !== minute) {
      minute = Math.floor(arrivalTimeMs / MS_PER_MINUTE);
      untilMinute = `{"_arrival_time":"${isoFromMs(minute * MS_PER_MINUTE).slice(0, 17)}`;
    }
    const rest = String(arrivalTimeMs - minute * MS_PER_MINUTE).padStart(5, '0');
    const arrival = `${untilMinute}${rest.slice(0, 2)}.${rest.slice(2)}`;
    const place = index === null ? '' : `"_record_index":"${index}",`;
    return `${arrival}Z","_shard_id":"${record.shardId}","_sequence_number":"${record.sequenceNumber}",${place}`;
  };
}

/** The line after its coordinates: the producer's own bytes, or for quarantine a wrapping of them. */
function writeRest(lines: LineBuffer, checked: CheckedEvent, fate: Fate): void {
  const { source, from, to } = checked;
  if (fate.kind === 'quarantine') {
    lines.text(quarantineRest(fate, checked));
    return;
  }
  if (fate.kind === 'duplicates') lines.ascii(`"_owner":"${fate.owner}",`);
  lines.bytes(source, from, to);
}

function quarantineRest(fate: Fate & { kind: 'quarantine' }, checked: CheckedEvent): string {
  // An accepted event that lost its id to another one starts after its opening brace.
  const bytes = Buffer.from(checked.source.subarray(checked.from, checked.to));
  const brace = checked.kind === 'accepted' ? '{' : '';
  const isText = fate.breach.reason !== 'too_large' && isUtf8(bytes) && !bytes.includes(0);
  const rest = {
    reason: fate.breach.reason,
    detail: fate.breach.detail,
    ...(fate.eventId === null ? {} : { event_id: fate.eventId }),
    encoding: isText ? 'utf8' : 'base64',
    body: isText ? brace + bytes.toString('utf8') : bytes.toString('base64'),
  };
  return JSON.stringify(rest).slice(1);
}

function finish(group: Group, compression: Compression): BatchObject {
  const { kind, shardId, firstSequence, lastSequence } = group;
  const { body, lines: records } = group.lines;
  const startMs = group.hour * MS_PER_HOUR;
  const ingestDate = utcDate(startMs);
  const ingestHour = utcHour(startMs);
  const sha256 = hash('sha256', body, 'hex');
  const name = `${shardId}_${firstSequence}_${lastSequence}_${records}_${sha256.slice(0, 16)}${compression.extension}`;
  const key = `${kind}/events/ingest_date=${ingestDate}/ingest_hour=${ingestHour}/${name}`;
  const compressed = compression.compress(body);
  return {
    entry: {
      kind,
      key,
      ingestDate,
      ingestHour,
      sha256,
      records,
      sizeBytes: compressed.length,
      storedSha256: hash('sha256', compressed, 'hex'),
    },
    body: compressed,
  };
}
