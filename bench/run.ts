import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { claimsHttp } from './claims-http.ts';
import { codecs } from './codecs.ts';
import { coldStart } from './cold-start.ts';
import { consumeEvents } from './consume-events.ts';
import { consumeLaptop } from './consume-laptop.ts';
import { cost } from './cost.ts';
import { ingestFiles } from './ingest-files.ts';
import { lakeBuild } from './lake-build.ts';
import { memory } from './memory.ts';
import { publishDay } from './publish-day.ts';
import { describeMachine, renderFigures, renderResult } from './report.ts';
import { sendAndRun } from './send-and-run.ts';
import { simulateEvents } from './simulate-events.ts';
import { parseWish, type Wish } from './wish.ts';

const BENCHES: readonly Bench[] = [
  simulateEvents,
  consumeEvents,
  claimsHttp,
  consumeLaptop,
  ingestFiles,
  memory,
  coldStart,
  codecs,
  cost,
  sendAndRun,
  lakeBuild,
  publishDay,
];
const RESULTS = join(import.meta.dirname, 'results');
/** Load per core from which times by the wall are noise. */
const BUSY = 0.5;
const USAGE = 'usage: npm run bench -- [--only NAME]... [--events N] [--runs N] [--no-write]\n';

/** Measures one after the other, prints each and writes results/<name>.json. */
async function fulfil({ names, events, runs, isWritten }: Wish): Promise<void> {
  for (const bench of BENCHES.filter(({ name }) => names.includes(name))) {
    process.stderr.write(`${bench.name}: ${bench.meaning}\n`);
    const machine = describeMachine();
    if (machine.loadPerCore > BUSY)
      process.stderr.write(`  the machine is busy (${machine.loadPerCore} per core)\n`);
    const figures = await bench.measure({
      ...(events === null ? {} : { events }),
      ...(runs === null ? {} : { runs }),
      progress: (text) => void process.stderr.write(`  ${text}\n`),
    });
    process.stdout.write(renderFigures(bench.name, figures));
    if (!isWritten) continue;
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `${bench.name}.json`), renderResult(bench.name, machine, figures));
  }
}

function readWish(): Wish | null {
  try {
    return parseWish(
      process.argv.slice(2),
      BENCHES.map(({ name }) => name),
    );
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}

const wish = readWish();
if (wish !== null) await fulfil(wish);
