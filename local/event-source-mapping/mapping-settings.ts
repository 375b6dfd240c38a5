import { MS_PER_DAY } from '../../lambdas/domain/time.ts';

/** In the place of a number of attempts or of an age: no limit but the stream's retention. */
export const UNLIMITED = -1;

/** What Lambda lets one say about a mapping of a Kinesis stream; rule numbers are those of README.md. */
export interface MappingSettings {
  /** Records of an invocation at most: 1 to 10,000 (rule 1). */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more, counted from its first record: 0 to 300 s (rule 2). */
  readonly batchingWindowMs: number;
  /** Batches of one shard that run at once, each with partition keys of its own: 1 to 10 (rule 4). */
  readonly parallelizationFactor: number;
  /** Tries after the first one before a batch is discarded: 0 to 10,000, or UNLIMITED (rule 6). */
  readonly maximumRetryAttempts: number;
  /** Records older than this are discarded: 60 s to 7 days, or UNLIMITED (rule 10). */
  readonly maximumRecordAgeMs: number;
  /** Whether a batch is halved when the function throws (rule 7). */
  readonly bisectBatchOnFunctionError: boolean;
  /** Whether the function's answer may name what failed (rule 8). */
  readonly reportBatchItemFailures: boolean;
}

/** What AWS takes when a setting is not given. */
const DEFAULTS: MappingSettings = {
  batchSize: 100,
  batchingWindowMs: 0,
  parallelizationFactor: 1,
  maximumRetryAttempts: UNLIMITED,
  maximumRecordAgeMs: UNLIMITED,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: false,
};

interface Limits {
  readonly from: number;
  readonly to: number;
  readonly mayBeUnlimited?: true;
}

const LIMITS = {
  batchSize: { from: 1, to: 10_000 },
  batchingWindowMs: { from: 0, to: 300_000 },
  parallelizationFactor: { from: 1, to: 10 },
  maximumRetryAttempts: { from: 0, to: 10_000, mayBeUnlimited: true },
  maximumRecordAgeMs: { from: 60_000, to: 7 * MS_PER_DAY, mayBeUnlimited: true },
} as const satisfies Partial<Record<keyof MappingSettings, Limits>>;

type LimitedSetting = keyof typeof LIMITS;

/** A setting lies outside what Lambda takes. */
export class MappingSettingsError extends RangeError {
  override readonly name = 'MappingSettingsError';
  readonly setting: LimitedSetting;
  readonly value: number;

  constructor(setting: LimitedSetting, value: number) {
    const { from, to, mayBeUnlimited }: Limits = LIMITS[setting];
    const unlimited = mayBeUnlimited === true ? `, or ${UNLIMITED} for no limit` : '';
    super(`${setting} is ${value}; allowed: a whole number from ${from} to ${to}${unlimited}`);
    this.setting = setting;
    this.value = value;
  }
}

/** The settings with AWS's defaults for what is not given. Throws MappingSettingsError. */
export function mappingSettings(given: Partial<MappingSettings>): MappingSettings {
  const settings = { ...DEFAULTS, ...given };
  requireWithin('batchSize', settings);
  requireWithin('batchingWindowMs', settings);
  requireWithin('parallelizationFactor', settings);
  requireWithin('maximumRetryAttempts', settings);
  requireWithin('maximumRecordAgeMs', settings);
  return settings;
}

function requireWithin(setting: LimitedSetting, settings: MappingSettings): void {
  const { from, to, mayBeUnlimited }: Limits = LIMITS[setting];
  const value = settings[setting];
  if (mayBeUnlimited === true && value === UNLIMITED) return;
  if (!Number.isInteger(value) || value < from || value > to) throw new MappingSettingsError(setting, value);
}
