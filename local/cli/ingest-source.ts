import type { StoreKind } from '../../lambdas/domain/store/store-kind.ts';
import { type IngestReport, ingestFakestore } from '../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import {
  DEFAULT_FAKESTORE_SETTINGS,
  type FakestoreSettings,
} from '../../lambdas/ingest-fakestore/settings.ts';
import { systemRandom } from '../../lambdas/ports/random-source.ts';
import { systemTimers } from '../../lambdas/ports/timers.ts';
import { lakeEmailKey } from '../lake-email-key.ts';
import type { LakeSource } from '../lake-sources.ts';
import type { LakeStores } from '../lake-stores.ts';
import type { CommandContext } from './context.ts';
import { ReporterTelemetry } from './reporter-telemetry.ts';

/** What one source brought in one slot. */
export interface SourceReport {
  readonly source: LakeSource;
  readonly slot: string;
  readonly kinds: IngestReport['kinds'];
  /** Whether a kind was refused or did not answer; its last good snapshot stays. */
  readonly hasFailed: boolean;
}

export interface SnapshotRequest {
  /** Absent: now. */
  readonly slotMs?: number;
  /** Kinds of which fewer entities are no fault, this time. */
  readonly acceptShrink?: readonly StoreKind[];
}

/** Takes a snapshot of the source; one that fails is an outcome and a warning, the lake stays as it was. */
export async function ingestSource(
  context: CommandContext,
  stores: LakeStores,
  source: LakeSource,
  { slotMs = context.clock.nowMs(), acceptShrink = [] }: SnapshotRequest = {},
): Promise<SourceReport> {
  const report = await ingestFakestore(
    { baseUrl: source.baseUrl, slot: new Date(slotMs).toISOString(), acceptShrink },
    {
      fetch,
      objects: stores.objects,
      ledger: stores.ledger,
      clock: context.clock,
      random: systemRandom,
      timers: systemTimers,
      telemetry: new ReporterTelemetry(context.reporter),
      emailKey: await lakeEmailKey(stores.ledger),
    },
    settingsWithin(context.settings.sourceDeadlineS * 1000),
  );
  const hasFailed = report.kinds.some(({ outcome }) => outcome === 'refused' || outcome === 'unavailable');
  return { source, slot: report.slot, kinds: report.kinds, hasFailed };
}

function settingsWithin(deadlineMs: number): FakestoreSettings {
  const attemptTimeoutMs = Math.min(DEFAULT_FAKESTORE_SETTINGS.attemptTimeoutMs, deadlineMs);
  return { ...DEFAULT_FAKESTORE_SETTINGS, totalDeadlineMs: deadlineMs, attemptTimeoutMs };
}

/** A source as `--json` shows it. */
export function sourceAnswer({ name, kind, baseUrl }: LakeSource) {
  return { name, kind, base_url: baseUrl };
}

/** What a source brought, as `--json` shows it. */
export function sourceReportAnswer({ source, slot, kinds, hasFailed }: SourceReport) {
  return {
    ...sourceAnswer(source),
    slot,
    has_failed: hasFailed,
    kinds: kinds.map(({ kind, outcome, entities, detail, attempts, hasShrunk }) => ({
      kind,
      outcome,
      entities,
      detail,
      attempts,
      has_shrunk: hasShrunk,
    })),
  };
}

/** `fakestore: 20 products accepted, 10 users unchanged, carts unavailable (...)` */
export function describeSource(report: SourceReport): string {
  const kinds = report.kinds.map(({ kind, outcome, entities, detail }) => {
    const why = detail === '' ? '' : ` (${detail})`;
    return entities === 0 ? `${kind} ${outcome}${why}` : `${entities} ${kind} ${outcome}${why}`;
  });
  return `${report.source.name}: ${kinds.join(', ')}`;
}
