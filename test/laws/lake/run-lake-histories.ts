import { readModels } from '../../../local/model-files.ts';
import { generateHistory } from './generate.ts';
import { playHistory } from './play-history.ts';

/** Histories `from`, `from + step`, ... below `to` of one seed. */
export interface LakeRange {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** One history in so many is built from nothing a second time. */
  readonly rebuildEvery: number;
}

export interface LakeFailure {
  readonly history: number;
  readonly breaches: readonly string[];
}

export interface LakeStatistics {
  readonly histories: number;
  readonly events: number;
  readonly runs: number;
  readonly incrementalRuns: number;
  readonly rebuilt: number;
  readonly rows: number;
  readonly finalRows: number;
  /** Histories by edge. */
  readonly edges: Readonly<Record<string, number>>;
  readonly leastEvents: number;
  readonly leastCustomers: number;
  readonly leastRuns: number;
}

export interface LakeResult {
  readonly statistics: LakeStatistics;
  readonly failures: readonly LakeFailure[];
}

export const NO_HISTORIES: LakeStatistics = {
  histories: 0,
  events: 0,
  runs: 0,
  incrementalRuns: 0,
  rebuilt: 0,
  rows: 0,
  finalRows: 0,
  edges: {},
  leastEvents: Number.POSITIVE_INFINITY,
  leastCustomers: Number.POSITIVE_INFINITY,
  leastRuns: Number.POSITIVE_INFINITY,
};

/**
 * Plays and judges the histories of a range.
 *
 * @param onHistory called after each, with what broke a law in it
 */
export async function runLakeHistories(
  { seed, from, to, step, rebuildEvery }: LakeRange,
  onHistory: (failure: LakeFailure | null) => void = () => undefined,
): Promise<LakeResult> {
  const library = readModels();
  const failures: LakeFailure[] = [];
  let statistics = NO_HISTORIES;
  for (let number = from; number < to; number += step) {
    const history = generateHistory(seed, number);
    let failure: LakeFailure | null = null;
    const isRebuilt = (number + seed) % rebuildEvery === 0;
    try {
      const verdict = await playHistory(history, { library, isRebuilt });
      if (verdict.breaches.length > 0) failure = { history: number, breaches: verdict.breaches };
      statistics = addStatistics(statistics, {
        ...NO_HISTORIES,
        ...verdict,
        histories: 1,
        events: history.events,
        rebuilt: isRebuilt ? 1 : 0,
        edges: Object.fromEntries([...history.edges].map((name) => [name, 1])),
        leastEvents: history.events,
        leastCustomers: history.customers,
        leastRuns: verdict.runs,
      });
    } catch (error) {
      failure = { history: number, breaches: [`the history cannot be played: ${error}`] };
    }
    if (failure !== null) failures.push(failure);
    onHistory(failure);
  }
  return { statistics, failures };
}

export function addStatistics(left: LakeStatistics, right: LakeStatistics): LakeStatistics {
  const edges = { ...left.edges };
  for (const [name, count] of Object.entries(right.edges)) edges[name] = (edges[name] ?? 0) + count;
  return {
    histories: left.histories + right.histories,
    events: left.events + right.events,
    runs: left.runs + right.runs,
    incrementalRuns: left.incrementalRuns + right.incrementalRuns,
    rebuilt: left.rebuilt + right.rebuilt,
    rows: left.rows + right.rows,
    finalRows: left.finalRows + right.finalRows,
    edges,
    leastEvents: Math.min(left.leastEvents, right.leastEvents),
    leastCustomers: Math.min(left.leastCustomers, right.leastCustomers),
    leastRuns: Math.min(left.leastRuns, right.leastRuns),
  };
}

/** One failure as it is printed: how to see it again, then what differs. */
export function failureText(seed: number, { history, breaches }: LakeFailure): string {
  return [`history ${history} of seed ${seed}:`, ...breaches.map((breach) => `  ${breach}`)].join('\n');
}
