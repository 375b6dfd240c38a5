import { createHmac } from 'node:crypto';
import type { LedgerRow } from '../domain/ledger.ts';
import { hasLostTooMuch } from '../domain/lost-too-much.ts';
import { readPage } from '../domain/store/page.ts';
import { STORE_SOURCES, type StoreKind } from '../domain/store/store-kind.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { RandomSource } from '../ports/random-source.ts';
import type { WebDependencies } from './attempt.ts';
import { fetchRows } from './fetch-rows.ts';
import {
  type AcceptedSnapshot,
  LakeStateError,
  lastTakenSlot,
  readAccepted,
  readFailures,
  type StoredValidators,
  writeAccepted,
  writeSeen,
} from './kind-state.ts';
import type { FakestoreSettings } from './settings.ts';
import { bodyOf, landingOf, ledgerIdPrefix, type SnapshotBody } from './snapshot-row.ts';
import { type Validators, validatorsBasis } from './validators.ts';

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
  /** An operator's word, for this slot: fewer entities are no fault. */
  readonly acceptsShrink: boolean;
}

/**
 * `accepted`: a new snapshot has landed. `unchanged`: it equals the last accepted one. `refused`: the API answered what
 * must not be taken. `unavailable`: it did not answer. The last two leave the last accepted snapshot in place.
 */
export interface KindResult {
  readonly outcome: 'accepted' | 'unchanged' | 'refused' | 'unavailable';
  /** Of the answer, or of the snapshot that it says is still the same; 0 when there was none to count. */
  readonly entities: number;
  /** Empty when there is nothing to say. */
  readonly detail: string;
  /** Requests made. */
  readonly attempts: number;
  readonly unknownFields: readonly string[];
  /** Refused for too few entities alone: an operator may accept them. */
  readonly hasShrunk: boolean;
  readonly objectKey?: string;
}

/**
 * Takes one kind's snapshot for one slot. A slot that was taken once, as a new snapshot or as an unchanged one, is
 * done: a retry completes it and asks the API nothing.
 */
export async function ingestKind(
  request: KindRequest,
  deps: KindDependencies,
  settings: FakestoreSettings,
): Promise<KindResult> {
  const last = await readAccepted(deps.ledger, request.kind);
  const done = await takenBefore(request, last, deps.ledger);
  if (done !== null) return done;
  const isCircuitOpen = (await readFailures(deps.ledger, request.kind)) >= settings.circuitAfterFailures;
  const fetched = await fetchRows(
    { url: request.url, validators: usableValidators(request, last, deps.emailKey, settings) },
    deps,
    isCircuitOpen ? { ...settings, maxAttempts: 1 } : settings,
  );
  const { attempts } = fetched;
  if (fetched.kind === 'failure') return result(fetched.outcome, { detail: fetched.detail, attempts });
  if (fetched.kind === 'rows') return judgeRows(request, { ...fetched, last }, deps, settings);
  if (last === null) throw new LakeStateError(`No accepted snapshot of ${request.kind} stands any more.`);
  return unchanged(request, last, deps.ledger, { attempts, validators: last.validators });
}

/** What a slot has come to before, or why it cannot be taken any more; null for one that is due. */
async function takenBefore(
  request: KindRequest,
  last: AcceptedSnapshot | null,
  ledger: LedgerStore,
): Promise<KindResult | null> {
  const { kind, slot } = request;
  if (last?.slot === slot) return landedBefore(last);
  if (last !== null && lastTakenSlot(last) === slot) {
    const detail = 'this slot was taken before, and brought the same';
    return result('unchanged', { entities: last.entities, detail });
  }
  const row = await landedRow(ledger, kind, slot);
  if (row !== null) return completeLanded(ledger, request, row);
  if (last === null || lastTakenSlot(last) < slot) return null;
  const detail = `the slot ${slot} is not after the last one that was taken, ${lastTakenSlot(last)}`;
  return result('refused', { detail });
}

/** The validators to ask with; null when the list has to come whole. */
function usableValidators(
  { url, slot }: KindRequest,
  last: AcceptedSnapshot | null,
  emailKey: Uint8Array,
  { wholeAnswerEveryMs }: FakestoreSettings,
): StoredValidators | null {
  const validators = last?.validators;
  if (validators === undefined || validators.basis !== validatorsBasis(url, emailKey)) return null;
  return Date.parse(slot) - Date.parse(validators.slot) < wholeAnswerEveryMs ? validators : null;
}

async function judgeRows(
  request: KindRequest,
  page: {
    readonly rows: readonly unknown[];
    readonly attempts: number;
    readonly validators: Validators | null;
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
  const hasShrunk = last !== null && hasLostTooMuch(rows.length, last.entities, settings.minimumSharePercent);
  const lost = `${rows.length} ${request.kind} instead of ${last?.entities}`;
  if (hasShrunk && !request.acceptsShrink) {
    const detail = `${lost}: less than ${settings.minimumSharePercent} %`;
    return result('refused', { ...common, detail, hasShrunk });
  }
  const body = bodyOf(reading.entities);
  const validators = keptValidators(request, page.validators, deps.emailKey);
  if (last !== null && body.sha256 === last.sha256) {
    return unchanged(request, last, deps.ledger, { attempts, unknownFields, validators });
  }
  const objectKey = await land(request, { body, validators }, deps, settings.gzipLevel);
  return result('accepted', { ...common, objectKey, ...(hasShrunk ? { detail: `${lost}, as asked` } : {}) });
}

function keptValidators(
  { url, slot }: KindRequest,
  validators: Validators | null,
  emailKey: Uint8Array,
): StoredValidators | undefined {
  return validators === null ? undefined : { ...validators, basis: validatorsBasis(url, emailKey), slot };
}

async function unchanged(
  { kind, slot }: KindRequest,
  last: AcceptedSnapshot,
  ledger: LedgerStore,
  answer: {
    readonly attempts: number;
    readonly unknownFields?: readonly string[];
    readonly validators: StoredValidators | undefined;
  },
): Promise<KindResult> {
  const { validators, ...fields } = answer;
  await writeSeen(ledger, kind, { sha256: last.sha256, slot, validators });
  return result('unchanged', { ...fields, entities: last.entities });
}

/** Object, ledger row, lake state, in this order: what is named stands, whatever is cut off after it. */
async function land(
  request: KindRequest,
  { body, validators }: { readonly body: SnapshotBody; readonly validators: StoredValidators | undefined },
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
    ...(validators === undefined ? {} : { validators }),
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
  return { outcome, entities: 0, detail: '', attempts: 0, unknownFields: [], hasShrunk: false, ...fields };
}
