import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { Bench } from './bench.ts';
import { runMeasured } from './measured-process.ts';

const DEFAULT_ROWS = 10_000_000;
const ROWS_A_WRITE = 5_000;
const START = join(import.meta.dirname, '..', 'local', 'start.js');
const BYTES_PER_MB = 1_048_576;
const Answer = z.object({ files: z.tuple([z.object({ accepted: z.number(), objects: z.number() })]) });

/** A shop's order lines as CSV; rows differ, as real ones do. */
function* csvOf(rows: number): Generator<string> {
  yield 'order_id,line_number,product_id,quantity,unit_price\n';
  for (let from = 0; from < rows; from += ROWS_A_WRITE) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(rows, from + ROWS_A_WRITE); n += 1) {
      const price = `${(n * 7919) % 500}.${String(n % 100).padStart(2, '0')}`;
      lines.push(`A-${Math.floor(n / 3)},${(n % 3) + 1},"product-${(n * 31) % 997}",${(n % 5) + 1},${price}`);
    }
    yield `${lines.join('\n')}\n`;
  }
}

/** The command line takes in one large file of CSV. `--events` is the number of its rows. */
export const ingestFiles: Bench = {
  name: 'ingest-files',
  meaning: 'a large CSV file: how fast it lands, and what memory that takes',
  async measure({ events = DEFAULT_ROWS, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-files-'));
    try {
      const file = join(folder, 'order_lines.csv');
      await pipeline(Readable.from(csvOf(events)), createWriteStream(file));
      const { size } = statSync(file);
      progress(`wrote ${events} rows`);
      const command = ['ingest', 'files', file, '--lake', join(folder, 'lake'), '--json', '--quiet'];
      const { wallS, cpuS, maxRssMb, stdout } = await runMeasured([START, ...command], join(folder, 'usage'));
      const [{ accepted, objects }] = Answer.parse(JSON.parse(stdout)).files;
      if (accepted !== events) throw new Error(`${accepted} of ${events} rows landed`);
      return [
        { name: 'rows', value: events, unit: 'rows' },
        { name: 'file', value: size / BYTES_PER_MB, unit: 'MB' },
        { name: 'objects', value: objects, unit: 'objects' },
        { name: 'rate', value: events / wallS, unit: 'rows/s' },
        { name: 'CPU a row', value: (cpuS / events) * 1e6, unit: 'us' },
        { name: 'peak memory', value: maxRssMb, unit: 'MB', atMost: 1_536 },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
