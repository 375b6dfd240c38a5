import { expect, it } from 'vitest';
import { measureProgress } from '../../../lambdas/runtime/batch-progress.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';
import { batchOf, recordAt } from '../consume-events/consumer-world.ts';

const batch = batchOf([100, 200, 300].map((ms) => recordAt(ms, '{}', { arrivalTimeMs: ms })));

function progressAt(nowMs: number, firstUndone: string | null): MemoryTelemetry {
  const telemetry = new MemoryTelemetry();
  measureProgress(batch, firstUndone, { clock: new ManualClock(nowMs), telemetry });
  return telemetry;
}

it('the age of a batch that is done is that of its last record', () => {
  const telemetry = progressAt(1_300, null);

  expect(telemetry.measures).toEqual([{ metric: 'IteratorAge', value: 1_000, unit: 'Milliseconds' }]);
  expect(telemetry.counts.get('InvocationsCut')).toBe(0);
});

it('of a batch that was cut, it is that of the last record that landed, and the cut is counted', () => {
  const telemetry = progressAt(1_300, '300');

  expect(telemetry.measures).toEqual([{ metric: 'IteratorAge', value: 1_100, unit: 'Milliseconds' }]);
  expect(telemetry.counts.get('InvocationsCut')).toBe(1);
});

it('of a batch of which nothing landed there is no age', () => {
  const telemetry = progressAt(1_300, '100');

  expect(telemetry.measures).toEqual([]);
  expect(telemetry.counts.get('InvocationsCut')).toBe(1);
});

it('a record from a clock ahead of ours has the age 0', () => {
  expect(progressAt(250, null).measures).toMatchObject([{ value: 0 }]);
});
