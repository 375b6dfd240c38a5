import type { Freshness } from '../domain/freshness.ts';
import type { Funnel } from '../domain/funnels.ts';
import type { ModelLibrary } from '../domain/models/model.ts';
import type { BuildPublisher } from '../ports/build-publisher.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { RunStep } from './run-record.ts';

export interface RunLakeDependencies {
  readonly engine: SqlEngine;
  readonly ledger: LedgerStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly models: ModelLibrary;
  /** Absent: nothing is published, and readers take the engine's tables. */
  readonly publisher?: BuildPublisher;
}

/** Where the SQL engine finds and puts things. */
export interface LakePlaces {
  /** Of the zones' objects, with a closing slash: `objects/` on the laptop, `s3://bucket/` in AWS. */
  readonly objectsRoot: string;
  /** Of Iceberg tables; not read on the laptop. */
  readonly warehouse: string;
  /** Catalogue and schema of a Hive connector for raw tables, `hive.lake_raw`; only read for Trino. */
  readonly rawSchema?: string;
}

/**
 * What a run is for. `run`: stage what waits. `rebuild`: every table anew from raw, beside the live ones; only rows that
 * differ are written. `backfill`: admit the too-late events of a range of dates and compute its rows again; what waits is
 * left waiting, and the watermark stays. `compact`: files of Iceberg tables that have become many are written anew; no row
 * changes.
 */
export type RunTask =
  | { readonly kind: 'run' }
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'compact' }
  | {
      readonly kind: 'backfill';
      /** First and last event date, inclusive. */
      readonly from: string;
      readonly to: string;
      /** Names of tables whose rows of the range are computed again; null: all. */
      readonly models: readonly string[] | null;
    };

export interface RunLakeSettings {
  /** Names this run; the same id again goes on with the run it began. */
  readonly runId: string;
  readonly allowedLatenessMs: number;
  /** Null: that of the first purchase staged. Only read while the lake has none. */
  readonly reportingCurrency: string | null;
  /**
   * Arrival of the oldest record that has not landed, or null. Asked after the ledger is read, so that what arrives in
   * between waits or is newer than all that this run stages.
   */
  readonly oldestWaitingArrivalMs: () => Promise<number | null>;
  /** Builds everything although nothing is due. */
  readonly isForced: boolean;
  /** Absent: `run`. */
  readonly task?: RunTask;
  /** Absent: a source may be of any age. */
  readonly freshness?: Freshness;
  /** Absent: those of domain/funnels.ts. */
  readonly funnels?: readonly Funnel[];
  readonly places: LakePlaces;
}

export interface RunHooks {
  /** Called before each step. */
  readonly onStep?: (step: RunStep, index: number, total: number) => void;
  /** Asked between steps: false ends the call with status `running`, to be gone on with later. */
  readonly mayContinue?: () => boolean;
}
