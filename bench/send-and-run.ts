import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Bench, Figure } from './bench.ts';
import { writeEventFile } from './event-file.ts';
import { type ProcessUsage, runMeasured } from './measured-process.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 1_000_000;
const DEFAULT_RUNS = 1;
const SECOND_RUNS = 3;
const COMMAND_LINE = join(import.meta.dirname, '../local/start.js');
const BARE = join(import.meta.dirname, 'bare-duckdb.ts');

/** The command line as a stranger starts it, process by process, from an empty lake; the yardstick is bare-duckdb.ts. */
export const sendAndRun: Bench = {
  name: 'send-and-run',
  meaning:
    "`send` and `run` of a stranger's events, beside DuckDB's read_json and the same models bare in one process",
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'millpond-bench-'));
    try {
      const small = await measureOnce(join(folder, 'small'), Math.ceil(events / 4), folder);
      progress(`a quarter of the events: ${describe(small)}`);
      const measured: Walk[] = [];
      for (let run = 0; run < runs; run += 1) {
        const walk = await measureOnce(join(folder, `lake-${run}`), events, folder);
        progress(`run ${run + 1} of ${runs}: ${describe(walk)}`);
        measured.push(walk);
      }
      return figuresOf(measured, small);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** One lake from nothing to a run that finds nothing to do. */
interface Walk {
  readonly events: number;
  readonly send: ProcessUsage;
  readonly run: ProcessUsage;
  readonly second: readonly ProcessUsage[];
  readonly bare: ProcessUsage;
}

async function measureOnce(lake: string, wanted: number, folder: string): Promise<Walk> {
  const file = join(folder, 'events.ndjson');
  const usageFile = join(folder, 'usage.json');
  const events = writeEventFile(file, wanted);
  const command = (...args: readonly string[]) =>
    runMeasured([COMMAND_LINE, '--lake', lake, '--quiet', '--json', ...args], usageFile);
  const send = await command('send', file, '--arrival', 'event-time');
  const run = await command('run');
  const second: ProcessUsage[] = [];
  for (let time = 0; time < SECOND_RUNS; time += 1) second.push(await command('run'));
  rmSync(lake, { recursive: true, force: true });
  const bare = await runMeasured([BARE, file, join(folder, 'bare.duckdb')], usageFile);
  rmSync(join(folder, 'bare.duckdb'), { force: true });
  return { events, send, run, second, bare };
}

function figuresOf(walks: readonly Walk[], small: Walk): readonly Figure[] {
  const middle = (of: (walk: Walk) => number) => median(walks.map(of));
  return [
    { name: 'events', value: middle(({ events }) => events), unit: '' },
    { name: 'send', value: middle(({ send }) => send.wallS), unit: 's' },
    { name: 'run', value: middle(({ run }) => run.wallS), unit: 's' },
    { name: 'of which building and checking tables', value: middle(({ run }) => buildingS(run)), unit: 's' },
    { name: 'yardstick: read_json and the models, bare', value: middle(({ bare }) => bare.wallS), unit: 's' },
    {
      name: '(send + run) / yardstick, time',
      value: middle(({ send, run, bare }) => (send.wallS + run.wallS) / bare.wallS),
      unit: 'ratio',
      atMost: 3,
    },
    {
      name: '(send + run) / yardstick, processor time',
      value: middle(({ send, run, bare }) => (send.cpuS + run.cpuS) / bare.cpuS),
      unit: 'ratio',
    },
    { name: 'send, peak memory', value: middle(({ send }) => send.maxRssMb), unit: 'MB', atMost: 1536 },
    { name: 'run, peak memory', value: middle(({ run }) => run.maxRssMb), unit: 'MB', atMost: 1536 },
    { name: 'send, peak memory with a quarter of the events', value: small.send.maxRssMb, unit: 'MB' },
    { name: 'run, peak memory with a quarter of the events', value: small.run.maxRssMb, unit: 'MB' },
    { name: 'yardstick, peak memory', value: middle(({ bare }) => bare.maxRssMb), unit: 'MB' },
    {
      name: 'run with nothing new',
      value: middle(({ second }) => median(second.map(({ wallS }) => wallS))) * 1000,
      unit: 'ms',
      atMost: 1000,
    },
  ];
}

const Answer = z.object({ run: z.object({ started_at: z.string(), finished_at: z.string() }) });

/** From the run's answer; the rest of its time goes into landing what waited in the stream. */
function buildingS({ stdout }: ProcessUsage): number {
  const { run } = Answer.parse(JSON.parse(stdout));
  return (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000;
}

function describe({ events, send, run, second, bare }: Walk): string {
  const times = [send, run, ...second, bare].map(
    ({ wallS, maxRssMb }) => `${wallS.toFixed(1)} s ${maxRssMb.toFixed(0)} MB`,
  );
  return `${events} events; send, run, runs with nothing new, yardstick: ${times.join(', ')}`;
}
