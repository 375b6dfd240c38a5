import { beforeEach, describe, expect, inject, it } from 'vitest';
import type { ServicePlace } from '../lambdas/aws/aws-subjects.ts';
import { LOOPBACK } from '../lambdas/aws/loopback-client.ts';
import { EXCEPTIONS } from './exceptions.ts';
import type { EmulatorName } from './global-setup.ts';

/**
 * Declares suites on a running emulator. One that cannot run here gives one skipped test with the reason in its name; one
 * that should and did not, a failed test.
 */
export function onEmulator(
  emulator: EmulatorName,
  suites: (name: string, place: ServicePlace) => void,
): void {
  const state = inject('emulators')[emulator];
  if (state.kind === 'skipped') {
    it.skip(`${state.name} did not run: ${state.reason}`, () => {});
    return;
  }
  if (state.kind === 'failed') {
    it(`${state.name} starts`, () => expect.fail(state.reason));
    return;
  }
  describe(`on ${state.name}`, () => {
    beforeEach((context) => {
      const exception = EXCEPTIONS.find(
        ({ on, test }) => on === emulator && context.task.name.includes(test),
      );
      if (exception !== undefined) context.skip(exception.reason);
    });
    suites(state.name, { ...LOOPBACK, endpoint: state.url });
  });
}
