import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  type Checkpoint,
  LEDGER_SOURCES,
  type LedgerOrigin,
  type LedgerRow,
  type LedgerSource,
  type StoredLedgerRow,
} from '../domain/ledger.ts';
import type { SetAside } from '../domain/set-aside.ts';
import type { StoredRun } from '../ports/ledger-store.ts';
import { bytesOf, type Item, MalformedItemError, numberOf, textOf } from './dynamodb-items.ts';

/**
 * How the ledger lies in its one table, key (kind, id):
 *
 *     row#<source>        <ledger id>          the row, gzipped JSON, and staged_by
 *     unstaged#<source>   <ledger id>          a marker, as long as no run has staged the row
 *     checkpoint          <source>#<shard>     sequence and arrival
 *     set_aside           <object key>         what is wrong with the object, and its replacement
 *     run                 <start>#<run id>     the run's record, gzipped JSON
 *     state               <name>               a small value
 *     lease               <name>               see dynamodb-lease-store.ts
 *
 * The markers are the work list: a run reads them consistently and never scans what older runs have staged. A row and
 * its marker are written, and later parted, in one transaction.
 */
export interface LedgerKey {
  readonly kind: string;
  readonly id: string;
}

export function attributesOf(key: LedgerKey): Record<string, AttributeValue> {
  return { kind: { S: key.kind }, id: { S: key.id } };
}

const RECOVERIES: ReadonlySet<string> = new Set(['replay', 'reinstate'] satisfies LedgerOrigin[]);

export function rowKind(source: string): string {
  return `row#${source}`;
}

export function unstagedKind(source: string): string {
  return `unstaged#${source}`;
}

/** The source that a ledger id begins with; an id of a recovery begins with its origin, and all of them are events. */
export function sourceOf(ledgerId: string): string {
  const first = ledgerId.slice(0, Math.max(0, ledgerId.indexOf('/')));
  return RECOVERIES.has(first) ? 'events' : first;
}

/** Gzipped, since an import of old events spreads over thousands of minutes and an item holds 400 KB. */
export function rowItem(row: LedgerRow): Record<string, AttributeValue> {
  return {
    ...attributesOf({ kind: rowKind(row.source), id: row.ledgerId }),
    body: { B: gzipSync(JSON.stringify(row)) },
  };
}

export function rowFromItem(item: Item): StoredLedgerRow {
  const row: LedgerRow = JSON.parse(gunzipSync(bytesOf(item, 'body')).toString('utf8'));
  return { ...row, stagedBy: item.staged_by?.S ?? null };
}

export function checkpointKey(source: LedgerSource, shardId: string): LedgerKey {
  return { kind: 'checkpoint', id: `${source}#${shardId}` };
}

export function checkpointFromItem(item: Item): Checkpoint {
  return {
    source: ledgerSource(textOf(item, 'source')),
    shardId: textOf(item, 'shard_id'),
    sequence: textOf(item, 'sequence'),
    arrivalTimeMs: numberOf(item, 'arrival_time_ms'),
  };
}

export function setAsideFromItem(item: Item): SetAside {
  return {
    objectKey: textOf(item, 'id'),
    ledgerId: textOf(item, 'ledger_id'),
    detail: textOf(item, 'detail'),
    replacementKey: item.replacement_key?.S ?? null,
  };
}

/** Ids sort as the runs began: 15 digits hold every time until the year 33658. */
export function runKey({ runId, startedAtMs }: Omit<StoredRun, 'body'>): LedgerKey {
  return { kind: 'run', id: `${String(startedAtMs).padStart(15, '0')}#${runId}` };
}

export function runFromItem(item: Item): StoredRun {
  return {
    runId: textOf(item, 'run_id'),
    startedAtMs: numberOf(item, 'started_at_ms'),
    body: gunzipSync(bytesOf(item, 'body')).toString('utf8'),
  };
}

function ledgerSource(text: string): LedgerSource {
  const source = LEDGER_SOURCES.find((known) => known === text);
  if (source === undefined) throw new MalformedItemError('source', `one of ${LEDGER_SOURCES.join(', ')}`);
  return source;
}
