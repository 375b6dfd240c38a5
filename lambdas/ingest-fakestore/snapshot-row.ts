import { createHash, hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { LedgerRow } from '../domain/ledger.ts';
import type { StoreEntity } from '../domain/store/entity.ts';
import { snapshotBody } from '../domain/store/page.ts';
import { STORE_SOURCES, type StoreKind } from '../domain/store/store-kind.ts';
import { utcDate, utcHour } from '../domain/time.ts';

const DIGEST_LENGTH = 16;

/** A snapshot as bytes, before it has a slot: equal entities give equal ones. */
export interface SnapshotBody {
  readonly bytes: Uint8Array;
  /** Hex. */
  readonly sha256: string;
  readonly entities: number;
}

export function bodyOf(entities: readonly StoreEntity[]): SnapshotBody {
  const bytes = Buffer.from(snapshotBody(entities));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), entities: entities.length };
}

/** What lands: the object under its key, and the ledger row that names it. */
export interface SnapshotLanding {
  readonly key: string;
  readonly object: Uint8Array;
  readonly row: LedgerRow;
}

/**
 * A pure function of the snapshot and its slot: a retry writes the same key and row.
 *
 * @param slot ISO time with milliseconds; it stands for the arrival, so that no clock enters
 */
export function landingOf(
  kind: StoreKind,
  slot: string,
  body: SnapshotBody,
  gzipLevel: number,
): SnapshotLanding {
  const source = STORE_SOURCES[kind];
  const slotMs = Date.parse(slot);
  const ingestDate = utcDate(slotMs);
  const digest = body.sha256.slice(0, DIGEST_LENGTH);
  const key = `raw/${source}/ingest_date=${ingestDate}/${compactSlot(slot)}_${digest}.ndjson.gz`;
  const object = gzipSync(body.bytes, { level: gzipLevel });
  const row: LedgerRow = {
    ledgerId: `${ledgerIdPrefix(kind, slot)}${digest}`,
    source,
    origin: 'stream',
    recoveredFrom: null,
    shardId: '',
    firstSequence: '',
    lastSequence: '',
    objects: [
      {
        kind: 'raw',
        key,
        ingestDate,
        ingestHour: utcHour(slotMs),
        sha256: body.sha256,
        records: body.entities,
        sizeBytes: object.length,
        storedSha256: hash('sha256', object, 'hex'),
      },
    ],
    received: body.entities,
    accepted: body.entities,
    duplicate: 0,
    quarantined: 0,
    quarantineReasons: {},
    dedupBypassed: 0,
    minEventTime: null,
    maxEventTime: null,
    minArrivalTime: slot,
    maxArrivalTime: slot,
    eventDates: [],
    countsByTypeAndMinute: {},
    orders: 0,
    revenueByCurrency: {},
    sessionSketch: '',
  };
  return { key, object, row };
}

/** What the ledger ids of a slot begin with, whatever its snapshot. */
export function ledgerIdPrefix(kind: StoreKind, slot: string): string {
  return `${STORE_SOURCES[kind]}/${compactSlot(slot)}-`;
}

/** `20260131T100000000Z` of `2026-01-31T10:00:00.000Z`: safe in a key, and its order is time order. */
function compactSlot(slot: string): string {
  return slot.replace(/[-:.]/g, '');
}
