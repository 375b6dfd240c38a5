import type { Draft, Sending } from './draft.ts';
import type { HistoryStep, ShardRecord } from './history.ts';

type Other =
  | Extract<HistoryStep, { readonly kind: 'snapshot' | 'file' }>
  | { readonly kind: 'backfill'; readonly from: string; readonly to: string };

/**
 * Cuts a draft into steps: each shard is landed in its order, in batches of any size, but no shard waits for another;
 * `runs` runs stand between them, where the draft asks for one and else anywhere, and see what has not landed as waiting.
 */
export function cutIntoSteps(draft: Draft, runs: number): readonly HistoryStep[] {
  const { choices } = draft;
  const asked = askedRuns(draft);
  const queues = shardsOf(draft).map((records) => batchesOf(draft, records, asked));
  const landings = queues.reduce((sum, batches) => sum + batches.length, 0);
  const runsAt = new Set<number>();
  while (runsAt.size < Math.min(runs - asked.length, landings) - 1) {
    runsAt.add(1 + choices.below(landings - 1));
  }
  const others = othersOf(draft);
  const held: HistoryStep[] = [];
  const steps: HistoryStep[] = [...runBeforeEvents(draft, others, oldestOf(queues))];
  let made = 0;
  const run = (): void => {
    made += 1;
    const due = others.splice(0, choices.below(others.length + 1));
    steps.push(...withRun(due, oldestOf(queues)), ...furtherRuns(draft, oldestOf(queues)));
  };
  for (let landed = 0; landed < landings; landed += 1) {
    while (asked[0] !== undefined && !begin(queues, asked[0]).some(Boolean)) {
      asked.shift();
      run();
    }
    if (runsAt.has(landed)) run();
    const waiting = queues.filter((_, place) => begin(queues, asked[0])[place]);
    // The first shard that has not landed whole goes twice as often, so that the others fall behind.
    const records = choices.pick([...waiting.slice(0, 1), ...waiting]).shift() ?? [];
    if (!draft.isCalm && choices.onceIn(12)) {
      draft.edges.add('a batch that comes when nobody waits for it');
      held.push({ kind: 'land', records });
      continue;
    }
    steps.push({ kind: 'land', records });
    if (!draft.isCalm && choices.onceIn(10)) {
      draft.edges.add('a batch twice, in another cut');
      steps.push({ kind: 'land', records: records.slice(choices.below(records.length)) });
    }
  }
  // The moment of the last landing has no run of its own: it is met by the one at the end.
  while (made < runs - 1) run();
  return [...steps, ...held, ...withRun(others, null)];
}

/** Which queues hold a batch that begins up to then. */
function begin(
  queues: readonly (readonly (readonly ShardRecord[])[])[],
  untilMs = Number.POSITIVE_INFINITY,
): boolean[] {
  return queues.map(([batch]) => batch?.[0] !== undefined && batch[0].arrivalMs <= untilMs);
}

/**
 * Moments for which edges ask for a run, ascending: of one edge before and after its last part, so that a run meets it
 * alone, or of any before it.
 */
function askedRuns(draft: Draft): number[] {
  if (draft.lastParts.length === 0) return [];
  const { edge, arrivalMs } = draft.choices.pick(draft.lastParts);
  if (draft.choices.onceIn(2)) return [arrivalMs - 1];
  draft.edges.add('a late part that comes alone');
  draft.edges.add(`${edge}, alone`);
  return [arrivalMs - 1, arrivalMs];
}

/** A run after what it takes in and before its backfills. */
function withRun(others: readonly Other[], oldestWaitingMs: number | null): readonly HistoryStep[] {
  const steps: HistoryStep[] = [];
  const backfills: HistoryStep[] = [];
  for (const other of others) {
    if (other.kind === 'backfill') backfills.push({ ...other, oldestWaitingMs });
    else steps.push(other);
  }
  return [...steps, { kind: 'run', oldestWaitingMs }, ...backfills];
}

/** A lake that knows the store or a file, and neither a watermark nor, mostly, a currency. */
function runBeforeEvents(
  draft: Draft,
  others: Other[],
  oldestWaitingMs: number | null,
): readonly HistoryStep[] {
  const first = others.findIndex(({ kind }) => kind !== 'backfill');
  if (first < 0 || !draft.choices.onceIn(3)) return [];
  draft.edges.add('a run before any event of the stream');
  return withRun(others.splice(first, 1), oldestWaitingMs);
}

/** What else may run before anything lands: a rebuild, or a run after what waited was given up. */
function furtherRuns(draft: Draft, oldestWaitingMs: number | null): readonly HistoryStep[] {
  if (draft.isCalm) return [];
  if (draft.choices.onceIn(12)) {
    draft.edges.add('a rebuild between two runs');
    return [{ kind: 'rebuild', oldestWaitingMs }];
  }
  if (draft.choices.onceIn(12)) {
    draft.edges.add('a run that moves the watermark alone');
    return [{ kind: 'run', oldestWaitingMs: null }];
  }
  return [];
}

/** The records of each shard by arrival; sequences gain a digit on the way, since text order is not theirs. */
function shardsOf(draft: Draft): readonly (readonly ShardRecord[])[] {
  return Array.from({ length: draft.shards }, (_, shard) => {
    const sendings = draft.sendings.filter((sending) => sending.shard === shard);
    const byArrival = sendings.sort((left, right) => left.arrivalMs - right.arrivalMs);
    return byArrival.map((sending, index) => recordOf(sending, shard, 80 + index));
  }).filter((records) => records.length > 0);
}

function recordOf({ arrivalMs, event }: Sending, shard: number, sequence: number): ShardRecord {
  return {
    shardId: `shardId-${String(shard).padStart(12, '0')}`,
    sequence: String(sequence),
    arrivalMs,
    event,
  };
}

/** No batch goes on beyond a moment that a run is asked for. */
function batchesOf(
  draft: Draft,
  records: readonly ShardRecord[],
  momentsMs: readonly number[],
): ShardRecord[][] {
  const batches: ShardRecord[][] = [];
  for (let at = 0; at < records.length; ) {
    const wanted = records.slice(at, at + 5 + draft.choices.below(35));
    const firstMs = wanted[0]?.arrivalMs ?? 0;
    const endMs = momentsMs.find((runMs) => runMs >= firstMs) ?? Number.POSITIVE_INFINITY;
    const batch = wanted.filter(({ arrivalMs }) => arrivalMs <= endMs);
    batches.push(batch);
    at += batch.length;
  }
  return batches;
}

/** Snapshots, files and backfills in their order. */
function othersOf(draft: Draft): Other[] {
  return [
    ...draft.snapshots.map((snapshot) => ({ kind: 'snapshot' as const, snapshot })),
    ...draft.files.map((file) => ({ kind: 'file' as const, file })),
    ...draft.backfills.map((dates) => ({ kind: 'backfill' as const, ...dates })),
  ];
}

function oldestOf(queues: readonly (readonly (readonly ShardRecord[])[])[]): number | null {
  const waiting = queues.flatMap((batches) => batches.slice(0, 1)).flatMap((batch) => batch.slice(0, 1));
  return waiting.length === 0 ? null : Math.min(...waiting.map(({ arrivalMs }) => arrivalMs));
}
