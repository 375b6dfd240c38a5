import { STORE_KINDS, type StoreKind } from '../domain/store/store-kind.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { parseBaseUrl } from './base-url.ts';
import { ingestKind, type KindDependencies, type KindRequest, type KindResult } from './ingest-kind.ts';
import { countFailure, forgetFailures, readFailures } from './kind-state.ts';
import { DEFAULT_FAKESTORE_SETTINGS, type FakestoreSettings } from './settings.ts';

export interface IngestRequest {
  /** Address of the store API, `https://fakestoreapi.com`. */
  readonly baseUrl: string;
  /** ISO time for which the snapshot stands, given by the schedule: a retry brings the same one. */
  readonly slot: string;
  /** Kinds that an operator knows to have shrunk below what is taken unasked; for this slot alone. */
  readonly acceptShrink?: readonly StoreKind[];
}

export interface IngestDependencies extends KindDependencies {
  readonly telemetry: Telemetry;
}

export interface KindReport extends KindResult {
  readonly kind: StoreKind;
  /** Slots in a row that were refused or unavailable, this one included; 0 after a success. */
  readonly consecutiveFailures: number;
}

export interface IngestReport {
  /** As it stands in the ledger: UTC with milliseconds. */
  readonly slot: string;
  /** Products, users, carts. */
  readonly kinds: readonly KindReport[];
}

/** The caller is at fault, not the API: nothing was asked for. */
export class InvalidIngestRequestError extends Error {
  override readonly name = 'InvalidIngestRequestError';
}

const MIN_EMAIL_KEY_BYTES = 16;
const ISO_SLOT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Takes a snapshot of the store API: products, users and carts, each on its own and side by side.
 *
 * What lands in raw is not byte for byte what the API sent, unlike events: it sends passwords, addresses, phone numbers
 * and names, and none of them may reach the lake. A raw line is the entity made flat, by a list of allowed fields:
 *
 *     products  id, title, price, description, category, image, rating_rate, rating_count, extra?
 *     users     id, email_hash
 *     carts     id, user_id, date, items
 *
 * (values as the API gave them; email_hash is HMAC-SHA256 of the trimmed lower-case address in hex; items is
 * `[{"product_id":"1","quantity":4}]`; extra is the text of a product's unknown fields). Lines stand in the order of
 * their ids, so equal snapshots have equal bytes, and one that equals the last accepted one writes neither object nor
 * ledger row. An API that names the version of its lists (ETag, Last-Modified) is asked for another one alone, but once
 * a day whole.
 *
 * @returns a report per kind; an API that hangs, fails or talks nonsense is an outcome in it, not an exception
 * @throws InvalidBaseUrlError or InvalidIngestRequestError before anything is sent; what the object store or the
 *   ledger throw, after all kinds have had their turn: run the same slot again then
 */
export async function ingestFakestore(
  request: IngestRequest,
  deps: IngestDependencies,
  settings: FakestoreSettings = DEFAULT_FAKESTORE_SETTINGS,
): Promise<IngestReport> {
  const baseUrl = parseBaseUrl(request.baseUrl);
  const slot = parseSlot(request.slot);
  if (deps.emailKey.length < MIN_EMAIL_KEY_BYTES) {
    throw new InvalidIngestRequestError(
      `The key of the e-mail hashes has ${deps.emailKey.length} bytes; give at least ${MIN_EMAIL_KEY_BYTES}.`,
    );
  }
  const settled = await Promise.allSettled(
    STORE_KINDS.map((kind) => {
      const acceptsShrink = request.acceptShrink?.includes(kind) ?? false;
      return reportKind({ kind, slot, url: new URL(kind, baseUrl), acceptsShrink }, deps, settings);
    }),
  );
  const kinds: KindReport[] = [];
  const errors: unknown[] = [];
  for (const each of settled) {
    if (each.status === 'fulfilled') kinds.push(each.value);
    else errors.push(each.reason);
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} kinds of the store did not land`);
  return { slot, kinds };
}

async function reportKind(
  request: KindRequest,
  deps: IngestDependencies,
  settings: FakestoreSettings,
): Promise<KindReport> {
  const { kind, slot } = request;
  const result = await ingestKind(request, deps, settings);
  const consecutiveFailures = await failuresAfter(result, { kind, slot }, deps.ledger);
  const report: KindReport = { kind, ...result, consecutiveFailures };
  tell(deps.telemetry, report);
  return report;
}

/** Only what the API was asked for speaks against it: a slot that came too late does not. */
async function failuresAfter(
  result: KindResult,
  { kind, slot }: { readonly kind: StoreKind; readonly slot: string },
  ledger: LedgerStore,
): Promise<number> {
  if (hasFailed(result)) {
    return result.attempts > 0 ? countFailure(ledger, kind, slot) : readFailures(ledger, kind);
  }
  await forgetFailures(ledger, kind, slot);
  return 0;
}

function hasFailed(result: KindResult): boolean {
  return result.outcome === 'refused' || result.outcome === 'unavailable';
}

const OUTCOME_METRICS = {
  accepted: 'FakestoreAccepted',
  unchanged: 'FakestoreUnchanged',
  refused: 'FakestoreRefused',
  unavailable: 'FakestoreUnavailable',
} as const satisfies Record<KindResult['outcome'], string>;

function tell(telemetry: Telemetry, report: KindReport): void {
  const { kind, outcome, entities, detail, attempts, consecutiveFailures } = report;
  const fields = { kind, outcome, entities, detail, attempts, consecutiveFailures };
  if (hasFailed(report)) telemetry.warn('the last good snapshot of the store stays', fields);
  else telemetry.info('a snapshot of the store was taken', fields);
  if (report.unknownFields.length > 0) {
    telemetry.warn('the store sends fields that no contract knows', {
      kind,
      fields: report.unknownFields.join(', '),
    });
  }
  telemetry.count(OUTCOME_METRICS[outcome], 1);
  telemetry.count('FakestoreConsecutiveFailures', consecutiveFailures);
}

function parseSlot(text: string): string {
  const timeMs = ISO_SLOT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return new Date(timeMs).toISOString();
  throw new InvalidIngestRequestError(
    `The slot is ${JSON.stringify(text)}; give an ISO time with its zone, such as 2026-01-31T10:00:00Z.`,
  );
}
