import { startVitest } from 'vitest/node';
import { EmulatorReport } from '../emulators/emulator-report.ts';
import ClosingLine from '../reporter.ts';

/**
 * `npm run test:trino [-- --record]`: builds every table on a real Trino and holds it against DuckDB's. It needs Java
 * 24 and Maven, and the network once (800 MB); without them its suites count as skipped, with the reason in their name.
 * `--record` writes what was seen into test/trino/referee.json, which `npm test` holds the SQL against.
 */
const isRecording = process.argv.includes('--record');
const vitest = await startVitest('test', [], {
  config: false,
  watch: false,
  name: 'trino',
  environment: 'node',
  pool: 'forks',
  include: ['test/trino/**/*.test.ts'],
  globalSetup: ['test/trino/global-setup.ts'],
  // A statement of Trino takes tenths of a second whatever it reads, and a build has hundreds.
  testTimeout: 900_000,
  hookTimeout: 120_000,
  silent: 'passed-only',
  env: isRecording ? { MILLPOND_RECORD: '1' } : {},
  reporters: ['default', new EmulatorReport(), new ClosingLine()],
});
await vitest.close();
process.exit();
