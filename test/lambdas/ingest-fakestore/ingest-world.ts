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
import { systemTimers, type Timers } from '../../../lambdas/ports/timers.ts';
import { MemoryLake } from './memory-lake.ts';

export const EMAIL_KEY = Buffer.from('a key of at least sixteen bytes');
export const SLOTS = [
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T01:00:00.000Z',
  '2026-01-01T02:00:00.000Z',
] as const;

/** Time limits short enough to be waited for: only a test of a hang does. */
export const SHORT_LIMITS = { attemptTimeoutMs: 40, totalDeadlineMs: 90 } as const;

/** A lake, what is told about it, and a clock that moves by the pauses alone. */
export class IngestWorld {
  readonly lake = new MemoryLake();
  readonly told: string[] = [];
  readonly metrics: [string, number][] = [];
  readonly pausesMs: number[] = [];
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  random = 0.5;

  /** One ingestion. `isPatient`: time limits and pauses run for real; else pauses take no time and limits never end. */
  ingest(
    baseUrl: string,
    options: {
      readonly slot?: string;
      readonly settings?: Partial<FakestoreSettings>;
      readonly deps?: Partial<IngestDependencies>;
      readonly isPatient?: boolean;
    } = {},
  ): Promise<IngestReport> {
    const settings = { ...DEFAULT_FAKESTORE_SETTINGS, ...options.settings };
    return ingestFakestore(
      { baseUrl, slot: options.slot ?? SLOTS[0] },
      {
        fetch: globalThis.fetch,
        objects: this.lake,
        ledger: this.lake,
        clock: { nowMs: () => this.nowMs },
        random: { next: () => this.random },
        timers: options.isPatient === true ? systemTimers : this.#impatientTimers(settings),
        telemetry: this.#telemetry(),
        emailKey: EMAIL_KEY,
        ...options.deps,
      },
      settings,
    );
  }

  async ingestKind(
    kind: StoreKind,
    baseUrl: string,
    options?: Parameters<IngestWorld['ingest']>[1],
  ): Promise<KindReport> {
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

  #impatientTimers(settings: FakestoreSettings): Timers {
    return {
      after: (delayMs, action) => {
        const isLimit = delayMs === settings.attemptTimeoutMs || delayMs === settings.totalDeadlineMs;
        if (isLimit) return () => undefined;
        this.pausesMs.push(delayMs);
        this.nowMs += delayMs;
        const immediate = setImmediate(action);
        return () => clearImmediate(immediate);
      },
    };
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
    };
  }
}

export function reportOf(report: IngestReport, kind: StoreKind): KindReport {
  const found = report.kinds.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`The report has no ${kind}.`);
  return found;
}
