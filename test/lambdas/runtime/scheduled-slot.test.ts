import { expect, it } from 'vitest';
import { slotOf } from '../../../lambdas/runtime/scheduled-slot.ts';

it.each(['2026-01-31T10:00:00Z', '2026-01-31T11:00:00+01:00'])('%s is one slot', (slot) => {
  expect(slotOf({ slot })).toBe('2026-01-31T10:00:00.000Z');
});

it.each([
  [{}],
  [null],
  [{ slot: '<aws.scheduler.scheduled-time>' }],
  [{ slot: '2026-01-31T10:00:00' }],
  [{ slot: 1_769_853_600_000 }],
])('%j is none', (event) => {
  expect(() => slotOf(event)).toThrow(/Expected an object whose slot/);
});
