import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';

const MANIFEST = createRequire(import.meta.url).resolve('kinesis-local/package.json');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(MANIFEST, 'utf8')));

/**
 * The Kinesis with the most exact resharding; it comes with `npm ci`, so it always runs. It wants a second port, for
 * TLS, listens on all interfaces, and would take half a second over each change of a stream if it were not told.
 */
export const kinesisLocal: Emulator = {
  name: `kinesis-local ${version}`,
  ports: 2,
  readyPath: '/',
  prepare:
    async () =>
    ([plainPort, tlsPort]) => ({
      program: process.execPath,
      parameters: ['--max-old-space-size=1024', join(dirname(MANIFEST), 'main.js')],
      environment: {
        KINESIS_MOCK_PLAIN_PORT: String(plainPort),
        KINESIS_MOCK_TLS_PORT: String(tlsPort),
        SHARD_LIMIT: '500',
        LOG_LEVEL: 'WARN',
        ...Object.fromEntries(SLOW_CHANGES.map((change) => [`${change}_DURATION`, '1ms'])),
      },
      folder: dirname(MANIFEST),
    }),
};

const SLOW_CHANGES = ['CREATE_STREAM', 'DELETE_STREAM', 'SPLIT_SHARD', 'MERGE_SHARDS', 'UPDATE_SHARD_COUNT'];
