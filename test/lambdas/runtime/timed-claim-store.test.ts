import { expect, it } from 'vitest';
import { timedClaimStore } from '../../../lambdas/runtime/timed-claim-store.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { MemoryTelemetry } from '../../fakes/telemetry.ts';

it('each call of the claim store is measured, and its answers pass unchanged', async () => {
  const telemetry = new MemoryTelemetry();
  const clock = new ManualClock(0);
  const answers = [{ kind: 'granted' }] as const;
  const slow = async () => {
    clock.advance(40);
    return answers;
  };

  const given = await timedClaimStore({ claim: slow }, { clock, telemetry }).claim([]);

  expect(given).toBe(answers);
  expect(telemetry.measures).toEqual([{ metric: 'ClaimLatency', value: 40, unit: 'Milliseconds' }]);
});

it('so is one that throws', async () => {
  const telemetry = new MemoryTelemetry();
  const clock = new ManualClock(0);
  const broken = async () => {
    clock.advance(7);
    throw new Error('no answer');
  };
  const timed = timedClaimStore({ claim: broken }, { clock, telemetry });

  await expect(timed.claim([])).rejects.toThrow('no answer');
  expect(telemetry.measures).toMatchObject([{ value: 7 }]);
});
