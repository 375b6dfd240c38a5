import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openLake } from '../local/lake.ts';
import type { Bench, Figure } from './bench.ts';
import { cloneLake, historyLakes, landDay } from './history-lakes.ts';
import { runMeasured } from './measured-process.ts';

const DEFAULT_EVENTS = 1_000_000;
const COMMAND_LINE = join(import.meta.dirname, '../local/start.js');

/** What publishing takes after one more day, beside the first build of the same lake and of one of a tenth of the days. */
export const publishDay: Bench = {
  name: 'publish-day',
  meaning:
    'the last step of a run: a build of Parquet, first and after one more day, by 9 and by 90 days of history',
  async measure({ events = DEFAULT_EVENTS, progress }) {
    const lakes = await historyLakes(events, progress);
    const folder = mkdtempSync(join(tmpdir(), 'millpond-bench-'));
    try {
      const long = await measureOnce(lakes, lakes.whole, join(folder, 'long'));
      progress(`90 days: ${describe(long)}`);
      const short = await measureOnce(lakes, lakes.short, join(folder, 'short'));
      progress(`9 days: ${describe(short)}`);
      return figuresOf(long, short);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Publishing {
  readonly ms: number;
  readonly rows: number;
  readonly writtenRows: number;
  readonly writtenFiles: number;
}

interface Measured {
  readonly first: Publishing;
  readonly day: Publishing;
  readonly dayEvents: number;
}

const RunAnswer = z.object({ run: z.object({ run_id: z.string() }) });
const RunDetails = z.object({
  publication: z.object({ rows: z.number(), writtenRows: z.number(), writtenFiles: z.number() }),
  steps: z.array(z.object({ step: z.string(), duration_ms: z.number().nullable() })),
});

async function measureOnce(lakes: { readonly day: string }, from: string, folder: string): Promise<Measured> {
  await cloneLake(from, folder);
  const first = await runAndPublish(folder);
  const dayEvents = await landDay(lakes.day, openLake(folder));
  const day = await runAndPublish(folder);
  rmSync(folder, { recursive: true, force: true });
  return { first, day, dayEvents };
}

async function runAndPublish(lake: string): Promise<Publishing> {
  const command = (...args: readonly string[]) =>
    runMeasured(
      [COMMAND_LINE, '--lake', lake, '--quiet', '--json', ...args],
      join(tmpdir(), `usage-${process.pid}.json`),
    );
  const { run } = RunAnswer.parse(JSON.parse((await command('run')).stdout));
  const shown = await command('runs', 'show', run.run_id);
  const { publication, steps } = RunDetails.parse(JSON.parse(shown.stdout));
  const ms = steps.find(({ step }) => step === 'publish')?.duration_ms ?? Number.NaN;
  return { ms, ...publication };
}

function figuresOf(long: Measured, short: Measured): readonly Figure[] {
  return [
    { name: 'events of the day', value: long.dayEvents, unit: '' },
    { name: 'rows of all tables, 90 days', value: long.day.rows, unit: '' },
    { name: 'rows written, first build of 90 days', value: long.first.writtenRows, unit: '' },
    { name: 'rows written after one more day, 90 days', value: long.day.writtenRows, unit: '' },
    { name: 'rows written after one more day, 9 days', value: short.day.writtenRows, unit: '' },
    { name: 'files written after one more day, 90 days', value: long.day.writtenFiles, unit: '' },
    { name: 'publishing, first build of 90 days', value: long.first.ms / 1000, unit: 's' },
    { name: 'publishing after one more day, 90 days', value: long.day.ms / 1000, unit: 's' },
    {
      name: 'one more day / first build, time',
      value: long.day.ms / long.first.ms,
      unit: 'ratio',
    },
    { name: 'one more day, 90 days / 9 days, time', value: long.day.ms / short.day.ms, unit: 'ratio' },
    { name: 'one more day, written / all rows', value: long.day.writtenRows / long.day.rows, unit: 'ratio' },
  ];
}

function describe({ first, day }: Measured): string {
  const text = ({ ms, rows, writtenRows, writtenFiles }: Publishing) =>
    `${writtenRows} of ${rows} rows in ${writtenFiles} files, ${(ms / 1000).toFixed(1)} s`;
  return `first build ${text(first)}; one more day ${text(day)}`;
}
