import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EDGE_NAMES } from '../laws/lake/generate.ts';
import type { LakeResult } from '../laws/lake/run-lake-histories.ts';

/** One JSON line a soak; results/README.md says how to read it. */
export const RECORD_FILE = join(import.meta.dirname, 'results', 'tables.jsonl');

/** What a soak of tables found, as one line without its end. */
export function recordLine(
  { statistics, failures }: LakeResult,
  soak: {
    /** ISO, UTC. */
    readonly date: string;
    readonly commit: string;
    readonly seed: number;
    readonly from: number;
    readonly seconds: number;
  },
): string {
  const { date, commit, seed, from, seconds } = soak;
  const { histories, runs, incrementalRuns: incremental, rebuilt, rows, finalRows, events } = statistics;
  const [rarest] = rarestEdges(statistics.edges);
  return JSON.stringify({
    date,
    commit,
    seed,
    from,
    histories,
    runs,
    incremental,
    rebuilt,
    rows,
    final_rows: finalRows,
    events,
    rarest_edge: rarest === undefined ? null : { name: rarest[0], histories: rarest[1] },
    breaches: failures.map(({ history }) => history),
    seconds: Math.round(seconds),
  });
}

/** All edges with the number of histories that have them, the rarest first. */
export function rarestEdges(met: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  const edges = EDGE_NAMES.map((name) => [name, met[name] ?? 0] as const);
  return edges.sort(([, left], [, right]) => left - right);
}

export function appendRecord(line: string): void {
  mkdirSync(dirname(RECORD_FILE), { recursive: true });
  appendFileSync(RECORD_FILE, `${line}\n`);
}

/** The commit at hand, with a plus when tracked files differ from it. */
export function commitAtHand(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', '--short=10', 'HEAD')}${isChanged ? '+' : ''}`;
}
