import { compareSequences, type LedgerRow } from './ledger.ts';

/** What the stream brought by the ledger's rows, each record once. */
export interface LedgerTotals
  extends Pick<
    LedgerRow,
    'received' | 'accepted' | 'duplicate' | 'quarantined' | 'quarantineReasons' | 'dedupBypassed'
  > {
  /** Copies of records that another row counts: the stream gave them again after a crash. */
  readonly redelivered: number;
  /** Records that came out of quarantine: no longer in `quarantined`, still in `quarantineReasons`. */
  readonly replayed: number;
  /** Records that came out of duplicates: no longer in `duplicate`. */
  readonly reinstated: number;
}

/** What tells whether two rows hold the same records, and what a row weighs. */
export type Delivery = Pick<
  LedgerRow,
  'ledgerId' | 'shardId' | 'firstSequence' | 'lastSequence' | 'received' | 'accepted'
>;

/**
 * Sums of the stream's rows; those of batch sources are left out. `received` is exact after any crashes (see
 * rowsCountedOnce); what became of a record given twice is as the counted row tells it. A recovery receives nothing: it
 * moves records to where they land from where the stream's rows count them. No two recoveries hold the same record.
 */
export function ledgerTotals(rows: readonly LedgerRow[]): LedgerTotals {
  const events = rows.filter((row) => row.source === 'events' && row.origin === 'stream');
  const replays = rows.filter((row) => row.origin === 'replay');
  const reinstatements = rows.filter((row) => row.origin === 'reinstate');
  const recovered = [...replays, ...reinstatements];
  const replayed = sumOf(replays, landedOf);
  const reinstated = sumOf(reinstatements, landedOf);
  const counted = rowsCountedOnce(events);
  const reasons: Record<string, number> = {};
  for (const { quarantineReasons } of counted) {
    for (const [reason, count] of Object.entries(quarantineReasons)) {
      reasons[reason] = (reasons[reason] ?? 0) + count;
    }
  }
  const received = sumOf(counted, (row) => row.received);
  return {
    received,
    accepted: sumOf(counted, (row) => row.accepted) + sumOf(recovered, (row) => row.accepted),
    duplicate: sumOf(counted, (row) => row.duplicate) + sumOf(recovered, (row) => row.duplicate) - reinstated,
    quarantined: sumOf(counted, (row) => row.quarantined) - replayed,
    quarantineReasons: reasons,
    dedupBypassed: sumOf(counted, (row) => row.dedupBypassed),
    redelivered: sumOf(events, (row) => row.received) - received,
    replayed,
    reinstated,
  };
}

/**
 * The rows of the stream to sum over so that no record counts twice: per shard, the rows without a common sequence
 * that hold the most records, and among equals the most accepted ones. In the order of shard and sequence.
 *
 * A batch that landed while the position stayed comes again under any other cut, and its row overlaps later ones in
 * whole or in part. Counts are per row, so a row cannot be taken in part; but the batches that moved the position
 * follow on one another without a gap, and what landed beyond it began at such a border: some choice holds every
 * record once, and none holds more. Only a position set back into the middle of a batch leaves no such choice;
 * then the rows hold too few records, never too many.
 */
export function rowsCountedOnce<R extends Delivery>(rows: readonly R[]): readonly R[] {
  const byShard = Map.groupBy(rows, (row) => row.shardId);
  return [...byShard.keys()]
    .sort()
    .flatMap((shardId) => overlapGroups(byShard.get(shardId) ?? []).flatMap(heaviestApart));
}

/** The rows of one shard in groups that have no sequence in common; nearly all groups hold one row. */
function overlapGroups<R extends Delivery>(rows: readonly R[]): readonly (readonly R[])[] {
  const ascending = [...rows].sort((left, right) =>
    compareSequences(left.firstSequence, right.firstSequence),
  );
  const groups: R[][] = [];
  let last = '';
  for (const row of ascending) {
    const group = groups.at(-1);
    if (group !== undefined && compareSequences(row.firstSequence, last) <= 0) group.push(row);
    else groups.push([row]);
    if (compareSequences(row.lastSequence, last) > 0) last = row.lastSequence;
  }
  return groups;
}

/** A choice of rows that end before some sequence. */
interface Choice<R> {
  readonly received: number;
  readonly accepted: number;
  readonly newest: { readonly row: R; readonly before: Choice<R> } | null;
}

/** Weighted interval scheduling: best choice among the first rows by last sequence, row by row. */
function heaviestApart<R extends Delivery>(group: readonly R[]): readonly R[] {
  if (group.length === 1) return group;
  const ascending = [...group].sort(
    (left, right) =>
      compareSequences(left.lastSequence, right.lastSequence) || (left.ledgerId < right.ledgerId ? -1 : 1),
  );
  const none: Choice<R> = { received: 0, accepted: 0, newest: null };
  const best: Choice<R>[] = [none];
  let without = none;
  for (const row of ascending) {
    const before = best[countEndingBefore(ascending, row.firstSequence)] ?? none;
    const received = before.received + row.received;
    const accepted = before.accepted + row.accepted;
    const isHeavier =
      received > without.received || (received === without.received && accepted > without.accepted);
    if (isHeavier) without = { received, accepted, newest: { row, before } };
    best.push(without);
  }
  const chosen: R[] = [];
  for (let at = without.newest; at !== null; at = at.before.newest) chosen.push(at.row);
  return chosen.reverse();
}

/** How many of the rows, ascending by last sequence, end before the sequence. */
function countEndingBefore(ascending: readonly Delivery[], sequence: string): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareSequences(ascending[middle]?.lastSequence ?? '', sequence) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function landedOf(row: LedgerRow): number {
  return row.accepted + row.duplicate;
}

function sumOf<R>(rows: readonly R[], value: (row: R) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
