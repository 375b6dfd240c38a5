import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import type { ConsumeEventsVariables } from '../lambdas/consume-events/env.ts';
import { RAW_COMPRESSION } from '../lambdas/domain/raw-compression.ts';
import type { Bench } from './bench.ts';
import { median } from './median.ts';

const run = promisify(execFile);
const DEFAULT_RUNS = 15;
const BYTES_PER_KB = 1_024;
const LOADER = join(import.meta.dirname, 'load-bundle.js');
const HANDLER = join(import.meta.dirname, '../lambdas/consume-events/handler.ts');
const Taken = z.object({ wallMs: z.number(), cpuMs: z.number() });

const VARIABLES: ConsumeEventsVariables = {
  METRICS_NAMESPACE: 'Millpond/bench',
  RAW_BUCKET: 'raw',
  CLAIMS_TABLE: 'claims',
  LEDGER_TABLE: 'ledger',
  DEDUP: 'owner',
  CLAIM_TTL_MS: '1',
  COMPRESSION_CODEC: RAW_COMPRESSION.codec,
  COMPRESSION_LEVEL: String(RAW_COMPRESSION.level),
};

/** The consumer as lib/ bundles it, in a fresh process each time: from the import to a handler that can be called. */
export const coldStart: Bench = {
  name: 'cold-start',
  meaning: 'how long the bundled consumer loads before its first batch',
  async measure({ runs = DEFAULT_RUNS, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-cold-'));
    try {
      const bundle = join(folder, 'index.js');
      await bundleTo(bundle);
      const taken = { wall: [] as number[], cpu: [] as number[] };
      for (let time = 0; time < runs; time += 1) {
        const { wallMs, cpuMs } = await load(bundle);
        taken.wall.push(wallMs);
        taken.cpu.push(cpuMs);
      }
      progress(`${runs} fresh processes`);
      return [
        { name: 'bundle', value: statSync(bundle).size / BYTES_PER_KB, unit: 'KB' },
        { name: 'import to ready', value: median(taken.wall), unit: 'ms', atMost: 120 },
        { name: 'import to ready, processor', value: median(taken.cpu), unit: 'ms' },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** With the options of lib/constructs/handler-function.ts. */
async function bundleTo(outfile: string): Promise<void> {
  await build({
    entryPoints: [HANDLER],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'error',
  });
}

async function load(bundle: string): Promise<z.output<typeof Taken>> {
  const { stdout } = await run(process.execPath, [LOADER, pathToFileURL(bundle).href], {
    env: {
      ...VARIABLES,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
  });
  return Taken.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}
