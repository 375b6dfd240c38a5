import { gunzipSync } from 'node:zlib';
import type { StoreKind } from '../../../lambdas/domain/store/store-kind.ts';
import {
  type IngestDependencies,
  type IngestReport,
  ingestFakestore,
  type KindReport,
} from '../../../lambdas/ingest-fakestore/ingest-fakestore.ts';
import {
  DEFAULT_FAKESTORE_SETTINGS,
  type FakestoreSettings,
} from '../../../lambdas/ingest-fakestore/settings.ts';
import type { TelemetryFields } from '../../../lambdas/ports/telemetry.ts';
import { MemoryLake } from './memory-lake.ts';
import { passLimitsWhile, VirtualTimers } from './virtual-timers.ts';

export const EMAIL_KEY = Buffer.from('a key of at least sixteen bytes');
export const SLOTS = [
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T01:00:00.000Z',
  '2026-01-01T02:00:00.000Z',
] as const;

export interface IngestOptions {
  readonly slot?: string;
  readonly acceptShrink?: readonly StoreKind[];
  readonly settings?: Partial<FakestoreSettings>;
  readonly deps?: Partial<IngestDependencies>;
  readonly limitsPassWhen?: () => boolean;
}

/** A lake, what is told about it, and a clock that moves by the pauses alone. */
export class IngestWorld {
  readonly lake = new MemoryLake();
  readonly told: string[] = [];
  readonly metrics: [string, number][] = [];
  readonly pausesMs: number[] = [];
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  random = 0.5;

  /** One ingestion. `limitsPassWhen`: lets time limits pass; without it they never do. Pauses take no time. */
  async ingest(baseUrl: string, options: IngestOptions = {}): Promise<IngestReport> {
    const settings = { ...DEFAULT_FAKESTORE_SETTINGS, ...options.settings };
    const timers = new VirtualTimers(this.nowMs, [settings.attemptTimeoutMs, settings.totalDeadlineMs]);
    const work = ingestFakestore(
      { baseUrl, slot: options.slot ?? SLOTS[0], acceptShrink: options.acceptShrink ?? [] },
      {
        fetch: globalThis.fetch,
        objects: this.lake,
        ledger: this.lake,
        clock: { nowMs: () => timers.nowMs },
        random: { next: () => this.random },
        timers,
        telemetry: this.#telemetry(),
        emailKey: EMAIL_KEY,
        ...options.deps,
      },
      settings,
    );
    const { limitsPassWhen } = options;
    const report = await (limitsPassWhen === undefined
      ? work
      : passLimitsWhile(work, timers, limitsPassWhen));
    this.pausesMs.push(...timers.pausesMs);
    this.nowMs = timers.nowMs;
    return report;
  }

  async ingestKind(kind: StoreKind, baseUrl: string, options?: IngestOptions): Promise<KindReport> {
    return reportOf(await this.ingest(baseUrl, options), kind);
  }

  /** The lines of an object. */
  lines(key: string): Record<string, unknown>[] {
    const text = gunzipSync(this.lake.objects.get(key) ?? new Uint8Array()).toString('utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  #telemetry(): IngestDependencies['telemetry'] {
    const tell =
      (level: string) =>
      (message: string, fields: TelemetryFields = {}): void => {
        this.told.push(JSON.stringify({ level, message, ...fields }));
      };
    return {
      info: tell('info'),
      warn: tell('warn'),
      error: tell('error'),
      count: (metric, value) => {
        this.metrics.push([metric, value]);
      },
      measure: (metric, value) => {
        this.metrics.push([metric, value]);
      },
    };
  }
}

export function reportOf(report: IngestReport, kind: StoreKind): KindReport {
  const found = report.kinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`The report has no ${kind}.`);
  return found;
}
