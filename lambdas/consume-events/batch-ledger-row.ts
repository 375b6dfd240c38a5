import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decimalText } from '../domain/events/money.ts';
import type { LedgerObject, LedgerRow } from '../domain/ledger.ts';
import { sketchSessions } from '../domain/session-sketch.ts';
import { isoFromMs, isoFromUs, MS_PER_DAY, utcDate } from '../domain/time.ts';
import type { StreamBatch } from '../ports/stream.ts';
import type { FatedItem } from './batch-items.ts';

const US_PER_MINUTE = 60_000_000;
const MS_PER_MINUTE = 60_000;

/** The ledger row of a batch that is not empty; a pure function of the batch and its items' fates. */
export function ledgerRowOf(
  batch: StreamBatch,
  items: readonly FatedItem[],
  objects: readonly LedgerObject[],
): LedgerRow {
  const facts = acceptedFacts(items);
  const arrivals = batch.records.map((record) => record.arrivalTimeMs);
  const reasons = new Map<string, number>();
  let duplicate = 0;
  for (const { fate } of items) {
    if (fate.kind === 'duplicates') duplicate += 1;
    if (fate.kind === 'quarantine') increment(reasons, fate.breach.reason);
  }
  return {
    ...identityOf(batch),
    objects,
    received: items.length,
    accepted: facts.accepted,
    duplicate,
    quarantined: items.length - facts.accepted - duplicate,
    quarantineReasons: sortedRecord(reasons),
    dedupBypassed: facts.bypassed,
    minEventTime: facts.accepted === 0 ? null : isoFromUs(facts.minEventTimeUs),
    maxEventTime: facts.accepted === 0 ? null : isoFromUs(facts.maxEventTimeUs),
    minArrivalTime: isoFromMs(minimum(arrivals)),
    maxArrivalTime: isoFromMs(-minimum(arrivals.map((arrivalMs) => -arrivalMs))),
    eventDates: datesOf(facts.minutesByType),
    countsByTypeAndMinute: countsOf(facts.minutesByType),
    orders: facts.orders,
    revenueByCurrency: sortedRecord(facts.revenueUnits, decimalText),
    sessionSketch: sketchSessions(facts.sessionHashes),
  };
}

/**
 * The digest is over the records as they came, not over what was decided: a retry finds its row under any answers. Their
 * checksums are enough, since coordinates name the batch already; it tells a stream from another one of the same name.
 */
function identityOf(batch: StreamBatch) {
  const firstSequence = batch.records[0]?.sequenceNumber ?? '';
  const lastSequence = batch.records.at(-1)?.sequenceNumber ?? '';
  const checksums = Uint32Array.from(batch.records.map((record) => crc32(record.data)));
  const digest = hash('sha256', checksums, 'hex').slice(0, 16);
  const range = `${firstSequence}-${lastSequence}-${batch.records.length}-${digest}`;
  return {
    ledgerId: `events/${batch.shardId}/${range}`,
    source: 'events',
    origin: 'stream',
    recoveredFrom: null,
    shardId: batch.shardId,
    firstSequence,
    lastSequence,
  } as const;
}

interface AcceptedFacts {
  accepted: number;
  bypassed: number;
  orders: number;
  minEventTimeUs: number;
  maxEventTimeUs: number;
  /** event_type -> minutes since the epoch -> count. */
  readonly minutesByType: Map<string, Map<number, number>>;
  /** Ten-thousandths by currency; bigint, since a batch may sum beyond 2^53. */
  readonly revenueUnits: Map<string, bigint>;
  readonly sessionHashes: number[];
}

function acceptedFacts(items: readonly FatedItem[]): AcceptedFacts {
  const facts: AcceptedFacts = {
    accepted: 0,
    bypassed: 0,
    orders: 0,
    minEventTimeUs: Number.POSITIVE_INFINITY,
    maxEventTimeUs: Number.NEGATIVE_INFINITY,
    minutesByType: new Map(),
    revenueUnits: new Map(),
    sessionHashes: [],
  };
  for (const { item, fate } of items) {
    if (fate.kind !== 'raw' || item.checked.kind !== 'accepted') continue;
    const { eventTimeUs, eventType, grossUnits, currency, sessionHash } = item.checked;
    facts.accepted += 1;
    if (fate.isBypassed) facts.bypassed += 1;
    facts.minEventTimeUs = Math.min(facts.minEventTimeUs, eventTimeUs);
    facts.maxEventTimeUs = Math.max(facts.maxEventTimeUs, eventTimeUs);
    let minutes = facts.minutesByType.get(eventType);
    if (minutes === undefined) {
      minutes = new Map();
      facts.minutesByType.set(eventType, minutes);
    }
    increment(minutes, Math.floor(eventTimeUs / US_PER_MINUTE));
    if (sessionHash !== null) facts.sessionHashes.push(sessionHash);
    if (currency !== null) {
      facts.orders += 1;
      const sum = facts.revenueUnits.get(currency) ?? 0n;
      facts.revenueUnits.set(currency, sum + BigInt(grossUnits ?? 0));
    }
  }
  return facts;
}

function datesOf(minutesByType: AcceptedFacts['minutesByType']): readonly string[] {
  const days = new Set<number>();
  for (const minutes of minutesByType.values())
    for (const minute of minutes.keys()) days.add(Math.floor((minute * MS_PER_MINUTE) / MS_PER_DAY));
  return [...days].sort((left, right) => left - right).map((day) => utcDate(day * MS_PER_DAY));
}

/** Minutes as `2026-01-31T10:15Z`, each formatted once for all types; numbers sort as their texts would. */
function countsOf(minutesByType: AcceptedFacts['minutesByType']): LedgerRow['countsByTypeAndMinute'] {
  const minutes = new Set([...minutesByType.values()].flatMap((counts) => [...counts.keys()]));
  const texts = [...minutes]
    .sort((left, right) => left - right)
    .map((minute) => [minute, `${isoFromMs(minute * MS_PER_MINUTE).slice(0, 16)}Z`] as const);
  return sortedRecord(minutesByType, (counts) => {
    const record: Record<string, number> = {};
    for (const [minute, text] of texts) {
      const count = counts.get(minute);
      if (count !== undefined) record[text] = count;
    }
    return record;
  });
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

/** Members in the order of their names, so that equal rows are equal texts. */
function sortedRecord<V>(map: ReadonlyMap<string, V>): Readonly<Record<string, V>>;
function sortedRecord<V, W>(
  map: ReadonlyMap<string, V>,
  convert: (value: V) => W,
): Readonly<Record<string, W>>;
function sortedRecord<V>(map: ReadonlyMap<string, V>, convert: (value: V) => unknown = (value) => value) {
  const entries = [...map].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, convert(value)]));
}
