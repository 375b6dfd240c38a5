import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { fullPayload } from './lambda-payload.ts';
import { runMeasured } from './measured-process.ts';
import { median } from './median.ts';

const DEFAULT_RUNS = 5;
const PROGRAM = join(import.meta.dirname, 'one-invocation.ts');
const BYTES_PER_MB = 1_048_576;

/** Peak resident memory of a process that lands one payload of 6 MB with claims, above one that loads the same code. */
export const memory: Bench = {
  name: 'memory',
  meaning: 'what one invocation with the largest payload takes of memory',
  async measure({ runs = DEFAULT_RUNS, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-memory-'));
    try {
      const file = join(folder, 'payload.json');
      const payload = fullPayload();
      writeFileSync(file, payload.text);
      const peak = { empty: [] as number[], full: [] as number[] };
      for (let run = 0; run < runs; run += 1) {
        peak.empty.push((await runMeasured([PROGRAM], join(folder, 'usage'))).maxRssMb);
        const { maxRssMb, stdout } = await runMeasured([PROGRAM, file], join(folder, 'usage'));
        if (Number(stdout) !== payload.records)
          throw new Error(`${stdout} of ${payload.records} events landed`);
        peak.full.push(maxRssMb);
        progress(`run ${run + 1} of ${runs}`);
      }
      return [
        { name: 'payload', value: payload.text.length / BYTES_PER_MB, unit: 'MB' },
        { name: 'empty process', value: median(peak.empty), unit: 'MB' },
        {
          name: 'one invocation, above it',
          value: median(peak.full) - median(peak.empty),
          unit: 'MB',
          atMost: 200,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
