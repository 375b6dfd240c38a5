import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { StepReport } from '../lambdas/run-lake/run-record.ts';
import type { Lake } from '../local/lake.ts';
import { readModels } from '../local/model-files.ts';
import { readLocalSettings } from '../local/settings.ts';
import type { Bench, Figure } from './bench.ts';
import { cloneLake, copyBuilt, type HistoryLakes, historyLakes, landDay } from './history-lakes.ts';
import {
  isBuilding,
  type LakeRun,
  runOf,
  SLICE_KINDS,
  secondsOf,
  sliceKindOf,
  stepLines,
  withSpill,
} from './lake-run.ts';
import { type ProcessUsage, runMeasured } from './measured-process.ts';
import { median } from './median.ts';

const DEFAULT_EVENTS = 10_000_000;
/** Of one more day, and of runs with nothing new. */
const DEFAULT_RUNS = 3;
const STEPS_SHOWN = 50;
const FEWER_DAYS = 'a tenth of the days';
const FEWER_VISITORS = 'a tenth of the visitors';
const BARE = join(import.meta.dirname, 'bare-shop.ts');

/**
 * A lake of 90 days, built whole; then one more day arrives, with its usual sign-ins, late events and copies; then nothing. The
 * same day arrives at two lakes of a tenth of the events: one of as many a day and fewer days, one of fewer visitors. It
 * arrives at copies of the three in turn, and each counts by the median: a machine's pace changes within minutes.
 * The yardstick is bare-shop-queries.ts over the same objects, with the same memory and threads.
 *
 * The histories are kept in the temporary folder (about 1.2 GB with the default of ten million events, two minutes to make);
 * everything else, some 10 GB at its peak, is removed at the end. MILLPOND_MEMORY_MB sets the memory of both engines.
 */
export const lakeBuild: Bench = {
  name: 'lake-build',
  meaning: 'a full build of every model, one more day, and nothing new, beside bare DuckDB queries',
  async measure({ events = DEFAULT_EVENTS, runs = DEFAULT_RUNS, progress }) {
    const histories = await historyLakes(events, progress);
    const folder = mkdtempSync(join(tmpdir(), 'millpond-lake-build-'));
    try {
      const bare = await measureBare(histories.whole, folder, progress);
      const built: BuiltLake[] = [];
      for (const name of ['whole', 'short', 'thin'] as const)
        built.push(await buildLake(histories, name, folder, progress));
      const walks: LakeWalk[][] = built.map(() => []);
      for (let round = 0; round < runs; round += 1)
        for (const [place, lake] of built.entries())
          walks[place]?.push(await walkOn(histories, lake, { folder, progress }));
      const [whole, short, thin] = walks.map(medianWalk);
      if (whole === undefined || short === undefined || thin === undefined)
        throw new Error('no lake was built');
      return [
        ...buildFigures(whole, bare),
        ...dayFigures(whole, short, thin),
        ...bareFigures(bare),
        ...[...stepFigures('full build', whole.full), ...stepFigures('one more day', whole.day)],
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** One lake from its first run to runs with nothing to do. */
interface LakeWalk {
  readonly received: number;
  readonly dayReceived: number;
  readonly full: LakeRun;
  readonly day: LakeRun;
  readonly nothingS: number;
}

interface BuiltLake {
  readonly name: string;
  readonly lake: Lake;
  readonly full: LakeRun;
}

async function buildLake(
  histories: HistoryLakes,
  name: 'whole' | 'short' | 'thin',
  folder: string,
  progress: (text: string) => void,
): Promise<BuiltLake> {
  const lake = await cloneLake(histories[name], join(folder, name));
  const full = await runOf(lake, join(folder, 'usage.json'));
  return { name, lake, full: await told(`${name}, full build`, full, progress) };
}

/** One more day and then nothing, on a copy. */
async function walkOn(
  histories: HistoryLakes,
  { name, lake, full }: BuiltLake,
  { folder, progress }: { readonly folder: string; readonly progress: (text: string) => void },
): Promise<LakeWalk> {
  const usageFile = join(folder, 'usage.json');
  const copy = await copyBuilt(lake, join(folder, 'copy'));
  const dayReceived = await landDay(histories.day, copy);
  const day = await told(`${name}, one more day`, await runOf(copy, usageFile), progress);
  const nothing = await runOf(copy, usageFile);
  if (nothing.record.runId !== day.record.runId) throw new Error('a run with nothing new did something');
  rmSync(copy.folder, { recursive: true, force: true });
  const received = full.record.reconciliation?.received ?? 0;
  return { received, dayReceived, full, day, nothingS: nothing.wallS };
}

/** With the day of median time, as it was, and the median of runs with nothing new. */
function medianWalk(walks: readonly LakeWalk[]): LakeWalk | undefined {
  const byTime = [...walks].sort((left, right) => left.day.wallS - right.day.wallS);
  const middle = byTime[Math.floor((byTime.length - 1) / 2)];
  return middle && { ...middle, nothingS: median(walks.map(({ nothingS }) => nothingS)) };
}

async function told(what: string, run: LakeRun, progress: (text: string) => void): Promise<LakeRun> {
  progress(
    `${what}: ${run.wallS.toFixed(1)} s, ${run.cpuS.toFixed(1)} s of CPU, ${run.maxRssMb.toFixed(0)} MB, ${run.spillMb.toFixed(0)} MB spilled`,
  );
  for (const line of stepLines(run, STEPS_SHOWN)) progress(line);
  return run;
}

const Answer = z.array(z.object({ name: z.string(), wallS: z.number(), cpuS: z.number() }));

interface Bare extends ProcessUsage {
  readonly queries: z.infer<typeof Answer>;
  readonly spillMb: number;
}

async function measureBare(lake: string, folder: string, progress: (text: string) => void): Promise<Bare> {
  const temp = join(folder, 'bare-temp');
  const { engineMemoryMb } = readLocalSettings();
  const { usage, spillMb } = await withSpill(temp, () =>
    runMeasured(
      [
        BARE,
        join(lake, 'objects/raw/events/**/*.zst'),
        join(folder, 'bare.duckdb'),
        ...[temp, String(engineMemoryMb), String(availableParallelism())],
      ],
      join(folder, 'usage.json'),
    ),
  );
  rmSync(join(folder, 'bare.duckdb'), { force: true });
  rmSync(temp, { recursive: true, force: true });
  const queries = Answer.parse(JSON.parse(usage.stdout));
  progress(`yardstick: ${usage.wallS.toFixed(1)} s, ${usage.cpuS.toFixed(1)} s of CPU`);
  for (const { name, wallS, cpuS } of queries)
    progress(`${wallS.toFixed(2).padStart(9)} s ${cpuS.toFixed(2).padStart(9)} s of CPU  ${name}`);
  return { ...usage, queries, spillMb };
}

function buildFigures({ received, full, nothingS }: LakeWalk, bare: Bare): readonly Figure[] {
  const buildS = secondsOf(full, isBuilding);
  const bareS = bare.queries.reduce((sum, { wallS }) => sum + wallS, 0);
  return [
    { name: 'events that arrived', value: received, unit: '' },
    { name: 'full build, every model', value: buildS, unit: 's' },
    { name: 'full build, whole run with checks and publication', value: full.wallS, unit: 's' },
    { name: 'yardstick: bare queries', value: bareS, unit: 's' },
    { name: 'every model / yardstick, time', value: buildS / bareS, unit: 'ratio', atMost: 2.5 },
    { name: 'whole run / yardstick, time', value: full.wallS / bareS, unit: 'ratio' },
    { name: 'whole run / yardstick, processor time', value: full.cpuS / bare.cpuS, unit: 'ratio' },
    { name: 'full build, peak memory', value: full.maxRssMb, unit: 'MB', atMost: 2048 },
    { name: 'full build, spilled to disk', value: full.spillMb, unit: 'MB' },
    { name: 'yardstick, peak memory', value: bare.maxRssMb, unit: 'MB' },
    { name: 'yardstick, spilled to disk', value: bare.spillMb, unit: 'MB' },
    { name: 'run with nothing new', value: nothingS, unit: 's', atMost: 1 },
  ];
}

function dayFigures(whole: LakeWalk, short: LakeWalk, thin: LakeWalk): readonly Figure[] {
  const { day, full } = whole;
  const ratioTo = (small: LakeWalk, what: string): Figure => ({
    name: `one more day / the same after ${what}, time`,
    value: day.wallS / small.day.wallS,
    unit: 'ratio',
    atMost: 2,
  });
  return [
    { name: 'one more day, events that arrived', value: whole.dayReceived, unit: '' },
    { name: 'one more day, run', value: day.wallS, unit: 's' },
    { name: 'one more day / full build, time', value: day.wallS / full.wallS, unit: 'ratio', atMost: 0.1 },
    { name: 'one more day / full build, processor time', value: day.cpuS / full.cpuS, unit: 'ratio' },
    { name: 'one more day, peak memory', value: day.maxRssMb, unit: 'MB', atMost: 2048 },
    { name: 'one more day, spilled to disk', value: day.spillMb, unit: 'MB' },
    { name: `one more day after ${FEWER_DAYS}`, value: short.day.wallS, unit: 's' },
    { name: `one more day after ${FEWER_VISITORS}`, value: thin.day.wallS, unit: 's' },
    ratioTo(short, FEWER_DAYS),
    ratioTo(thin, FEWER_VISITORS),
    ...sliceFigures('', day),
    ...sliceFigures(` after ${FEWER_DAYS}`, short.day),
    ...sliceFigures(` after ${FEWER_VISITORS}`, thin.day),
  ];
}

/** Seconds and changed rows of the steps by the slices that they compute. */
function sliceFigures(after: string, run: LakeRun): readonly Figure[] {
  const { models } = readModels();
  return SLICE_KINDS.flatMap((kind): readonly Figure[] => {
    const isOf = (step: StepReport) => sliceKindOf(step, models) === kind;
    const rows = run.record.stepReports.filter(isOf).reduce((sum, step) => sum + (step.rows ?? 0), 0);
    const name = `one more day${after}, slices by ${kind}`;
    return [
      { name, value: secondsOf(run, isOf), unit: 's' },
      { name: `${name}, changed`, value: rows, unit: 'rows' },
    ];
  });
}

function bareFigures({ queries }: Bare): readonly Figure[] {
  return queries.map(({ name, wallS }) => ({ name: `yardstick: ${name}`, value: wallS, unit: 's' }));
}

/** Steps of at least a hundredth of the run. */
function stepFigures(what: string, run: LakeRun): readonly Figure[] {
  const total = secondsOf(run, () => true);
  return run.record.stepReports
    .filter(({ durationMs }) => durationMs / 1000 >= total / 100)
    .map((step) => ({
      name: `${what}, step ${step.model ?? step.kind}`,
      value: step.durationMs / 1000,
      unit: 's',
    }));
}
