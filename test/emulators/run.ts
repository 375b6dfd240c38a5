import { startVitest } from 'vitest/node';
import ClosingLine from '../reporter.ts';
import { EmulatorReport } from './emulator-report.ts';

/**
 * `npm run test:emulators [-- FILE...]`: the contract suites and the whole path on real servers of the loopback. It
 * needs Java, Maven and Python, and the network once; without one of them the server's suites count as skipped, with
 * the reason in their name. No part of `npm test`, which needs Node alone.
 */
const vitest = await startVitest('test', process.argv.slice(2), {
  config: false,
  watch: false,
  name: 'emulators',
  environment: 'node',
  pool: 'forks',
  include: ['test/emulators/**/*.test.ts'],
  globalSetup: ['test/emulators/global-setup.ts'],
  // A call of 10 MiB takes kinesis-local seconds, and on a busy machine many.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  silent: 'passed-only',
  reporters: ['default', new EmulatorReport(), new ClosingLine()],
});
await vitest.close();
process.exit();
