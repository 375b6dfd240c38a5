import type { Admission } from '../domain/admission.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { Literal } from '../domain/models/literal.ts';
import { isoFromMs, isoFromUs } from '../domain/time.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ReadableObject } from './readable-objects.ts';

/** A row of a source by column. */
export type SourceRow = Readonly<Record<string, Literal>>;

export interface LakeStateRow {
  readonly watermarkMs: number | null;
  readonly allowedLatenessMs: number;
  readonly reportingCurrency: string | null;
}

export function lakeStateRow(state: LakeStateRow): SourceRow {
  return {
    watermark: state.watermarkMs === null ? null : isoFromMs(state.watermarkMs),
    allowed_lateness_s: state.allowedLatenessMs / 1000,
    reporting_currency: state.reportingCurrency,
  };
}

export function freshnessRows({ limits, asOfMs }: Freshness): readonly SourceRow[] {
  return limits.map(({ source, warnAfterS, errorAfterS }) => ({
    source,
    warn_after_s: warnAfterS,
    error_after_s: errorAfterS,
    as_of: asOfMs === null ? null : isoFromMs(asOfMs),
  }));
}

/** A row as this run leaves it: what no run had staged is staged by this one. */
export function ledgerRow(row: StoredLedgerRow, runId: string): SourceRow {
  return {
    ledger_id: row.ledgerId,
    source: row.source,
    shard_id: row.shardId,
    first_sequence: row.firstSequence,
    last_sequence: row.lastSequence,
    objects: JSON.stringify(row.objects),
    received: row.received,
    accepted: row.accepted,
    duplicate: row.duplicate,
    quarantined: row.quarantined,
    quarantine_reasons: JSON.stringify(row.quarantineReasons),
    dedup_bypassed: row.dedupBypassed,
    min_event_time: row.minEventTime,
    max_event_time: row.maxEventTime,
    min_arrival_time: row.minArrivalTime,
    max_arrival_time: row.maxArrivalTime,
    event_dates: JSON.stringify(row.eventDates),
    counts_by_type_and_minute: JSON.stringify(row.countsByTypeAndMinute),
    orders: row.orders,
    revenue_by_currency: JSON.stringify(row.revenueByCurrency),
    session_sketch: row.sessionSketch,
    staged_by: row.stagedBy ?? runId,
    origin: row.origin,
    recovered_from: row.recoveredFrom,
    file_name: row.fileName ?? null,
  };
}

/** The row's objects that can be read, each under the key where its records are now. */
export function ledgerObjectRows(
  row: StoredLedgerRow,
  readable: readonly ReadableObject[],
  objects: ObjectStore,
): readonly SourceRow[] {
  return readable.flatMap(({ object, key }) =>
    key === null
      ? []
      : [
          {
            ledger_id: row.ledgerId,
            source: row.source,
            kind: object.kind,
            object_key: key,
            location: objects.locationOf(key),
            ingest_date: object.ingestDate,
            ingest_hour: object.ingestHour,
            sha256: object.sha256,
            records: object.records,
            size_bytes: object.sizeBytes,
            arrival_time: isoFromUs(Date.parse(row.minArrivalTime) * 1000),
          },
        ],
  );
}

/** The row's objects that are read nowhere, or elsewhere than they were written. */
export function setAsideRows(
  row: StoredLedgerRow,
  readable: readonly ReadableObject[],
  detailOf: (key: string) => string,
): readonly SourceRow[] {
  return readable
    .filter(({ object, key }) => key !== object.key)
    .map(({ object, key }) => ({
      ledger_id: row.ledgerId,
      source: row.source,
      kind: object.kind,
      object_key: object.key,
      records: object.records,
      detail: detailOf(object.key),
      replacement_key: key,
    }));
}

export function admissionRow({ fromDate, toDate, arrivedUntil, runId }: Admission): SourceRow {
  return { from_date: fromDate, to_date: toDate, arrived_until: arrivedUntil, run_id: runId };
}
