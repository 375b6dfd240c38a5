import { createHmac } from 'node:crypto';
import type { LedgerRow } from '../domain/ledger.ts';
import { hasLostTooMuch, readPage } from '../domain/store/page.ts';
import { STORE_SOURCES, type StoreKind } from '../domain/store/store-kind.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { RandomSource } from '../ports/random-source.ts';
import type { WebDependencies } from './attempt.ts';
import { fetchRows } from './fetch-rows.ts';
import {
  type AcceptedSnapshot,
  LakeStateError,
  readAccepted,
  readFailures,
  writeAccepted,
} from './kind-state.ts';
import type { FakestoreSettings } from './settings.ts';
import { bodyOf, landingOf, ledgerIdPrefix, type SnapshotBody } from './snapshot-row.ts';

export interface KindDependencies extends WebDependencies {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  readonly random: RandomSource;
  /** The lake's key: with another one every e-mail hash changes, and each user becomes a new version. */
  readonly emailKey: Uint8Array;
}

export interface KindRequest {
  readonly kind: StoreKind;
  readonly url: URL;
  /** ISO time with milliseconds. */
  readonly slot: string;
}

/**
 * `accepted`: a new snapshot has landed. `unchanged`: it equals the last accepted one. `refused`: the API answered what
 * must not be taken. `unavailable`: it did not answer. The last two leave the last accepted snapshot in place.
 */
export interface KindResult {
  readonly outcome: 'accepted' | 'unchanged' | 'refused' | 'unavailable';
  /** Of the answer; 0 when there was none to count. */
  readonly entities: number;
  /** Empty when there is nothing to say. */
  readonly detail: string;
  /** Requests made. */
  readonly attempts: number;
  readonly unknownFields: readonly string[];
  readonly objectKey?: string;
}

/**
 * Takes one kind's snapshot for one slot. The first snapshot of a slot that reaches the ledger is the slot's: a retry
 * completes it and asks the API nothing.
 */
export async function ingestKind(
  request: KindRequest,
  deps: KindDependencies,
  settings: FakestoreSettings,
): Promise<KindResult> {
  const { kind, slot } = request;
  const last = await readAccepted(deps.ledger, kind);
  if (last !== null && last.slot === slot) return landedBefore(last);
  const row = await landedRow(deps.ledger, kind, slot);
  if (row !== null) return completeLanded(deps.ledger, request, row);
  if (last !== null && last.slot > slot) {
    return result('refused', { detail: `the slot ${slot} is not after the last accepted one, ${last.slot}` });
  }
  const isCircuitOpen = (await readFailures(deps.ledger, kind)) >= settings.circuitAfterFailures;
  const fetched = await fetchRows(
    request.url,
    deps,
    isCircuitOpen ? { ...settings, maxAttempts: 1 } : settings,
  );
  if (fetched.kind === 'failure') {
    return result(fetched.outcome, { detail: fetched.detail, attempts: fetched.attempts });
  }
  return judgeRows(request, { rows: fetched.rows, attempts: fetched.attempts, last }, deps, settings);
}

async function judgeRows(
  request: KindRequest,
  page: {
    readonly rows: readonly unknown[];
    readonly attempts: number;
    readonly last: AcceptedSnapshot | null;
  },
  deps: KindDependencies,
  settings: FakestoreSettings,
): Promise<KindResult> {
  const { rows, attempts, last } = page;
  const hashEmail = (address: string): string =>
    createHmac('sha256', deps.emailKey).update(address).digest('hex');
  const reading = readPage(request.kind, rows, hashEmail);
  if (reading.kind === 'refused') {
    return result('refused', { entities: rows.length, detail: reading.detail, attempts });
  }
  const { unknownFields } = reading;
  const common = { entities: rows.length, attempts, unknownFields };
  if (last !== null && hasLostTooMuch(rows.length, last.entities, settings.minimumSharePercent)) {
    const detail = `${rows.length} ${request.kind} instead of ${last.entities}: less than ${settings.minimumSharePercent} %`;
    return result('refused', { ...common, detail });
  }
  const body = bodyOf(reading.entities);
  if (body.sha256 === last?.sha256) return result('unchanged', common);
  const objectKey = await land(request, body, deps, settings.gzipLevel);
  return result('accepted', { ...common, objectKey });
}

/** Object, ledger row, lake state, in this order: what is named stands, whatever is cut off after it. */
async function land(
  request: KindRequest,
  body: SnapshotBody,
  deps: KindDependencies,
  gzipLevel: number,
): Promise<string> {
  const { kind, slot } = request;
  const { key, object, row } = landingOf(kind, slot, body, gzipLevel);
  await deps.objects.putIfAbsent(key, object);
  await deps.ledger.append(row);
  await writeAccepted(deps.ledger, kind, {
    slot,
    sha256: body.sha256,
    entities: body.entities,
    objectKey: key,
  });
  return key;
}

async function landedRow(ledger: LedgerStore, kind: StoreKind, slot: string): Promise<LedgerRow | null> {
  const prefix = ledgerIdPrefix(kind, slot);
  const rows = await ledger.rows({ source: STORE_SOURCES[kind] });
  return rows.find((row) => row.ledgerId.startsWith(prefix)) ?? null;
}

/** The process ended between ledger row and lake state: the row says what the state would have said. */
async function completeLanded(
  ledger: LedgerStore,
  { kind, slot }: KindRequest,
  row: LedgerRow,
): Promise<KindResult> {
  const object = row.objects[0];
  if (object === undefined) throw new LakeStateError(`The ledger row ${row.ledgerId} names no object.`);
  const snapshot = { slot, sha256: object.sha256, entities: row.accepted, objectKey: object.key };
  await writeAccepted(ledger, kind, snapshot);
  return landedBefore(snapshot);
}

function landedBefore({ entities, objectKey }: AcceptedSnapshot): KindResult {
  return result('accepted', { entities, objectKey, detail: 'the snapshot of this slot had landed before' });
}

function result(outcome: KindResult['outcome'], fields: Partial<Omit<KindResult, 'outcome'>>): KindResult {
  return { outcome, entities: 0, detail: '', attempts: 0, unknownFields: [], ...fields };
}
