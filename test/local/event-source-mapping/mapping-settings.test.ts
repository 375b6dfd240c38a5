import { describe, expect, it } from 'vitest';
import { mappingSettings, UNLIMITED } from '../../../local/event-source-mapping/mapping-settings.ts';

const DAY_MS = 86_400_000;

const LIMITS = [
  ['rule 1', 'batchSize', [1, 10_000], [0, 10_001, 1.5, UNLIMITED]],
  ['rule 2', 'batchingWindowMs', [0, 300_000], [-1, 300_001, 0.5]],
  ['rule 4', 'parallelizationFactor', [1, 10], [0, 11, UNLIMITED]],
  ['rule 6', 'maximumRetryAttempts', [UNLIMITED, 0, 10_000], [-2, 10_001, Number.NaN]],
  ['rule 10', 'maximumRecordAgeMs', [UNLIMITED, 60_000, 7 * DAY_MS], [0, 59_999, 7 * DAY_MS + 1, -2]],
] as const;

describe.each(LIMITS)('%s: %s', (_rule, setting, allowed, refused) => {
  it.each(allowed)('takes %d', (value) => {
    expect(mappingSettings({ [setting]: value })[setting]).toBe(value);
  });

  it.each(refused)('refuses %d and says what is allowed', (value) => {
    expect(() => mappingSettings({ [setting]: value })).toThrow(new RegExp(`${setting} is .*; allowed: `));
  });
});

it('what is not given is as AWS has it', () => {
  expect(mappingSettings({})).toEqual({
    batchSize: 100,
    batchingWindowMs: 0,
    parallelizationFactor: 1,
    maximumRetryAttempts: UNLIMITED,
    maximumRecordAgeMs: UNLIMITED,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: false,
  });
});
