import type { BatchItem, FatedItem } from '../consume-events/batch-items.ts';
import type { ConsumeDependencies, ConsumeSettings } from '../consume-events/consume-batch.ts';
import { decideFates } from '../consume-events/decide-fates.ts';
import { checkRecord } from '../domain/events/check-record.ts';
import type { ObjectKind, StoredLedgerRow } from '../domain/ledger.ts';
import { MS_PER_DAY } from '../domain/time.ts';
import type { TimeBudget } from '../ports/time-budget.ts';
import { landRecovered } from './land-recovered.ts';
import { landedCoordinates } from './landed-coordinates.ts';
import { coordinatesText, type QuarantinedRecord, readQuarantineLine } from './landed-line.ts';
import { readLandedLines } from './landed-object.ts';
import { LedgerIndex, type NamedObject } from './ledger-index.ts';
import { type ReplayReport, ReplayTally } from './replay-report.ts';
import { problemOf } from './unreadable.ts';

export interface ReplayDependencies extends ConsumeDependencies {
  /** The contract to check by; the current one unless told otherwise. */
  readonly check?: typeof checkRecord;
}

export interface ReplayOptions {
  readonly settings: ConsumeSettings;
  /** Only records that were refused for it; null: for whatever. */
  readonly reason: string | null;
  /** Only records that arrived then or later; null: all. */
  readonly sinceMs: number | null;
  /** Checks, and neither claims nor lands. */
  readonly isDryRun: boolean;
  /** No object is begun with less left; without it all are worked on. */
  readonly budget?: TimeBudget;
  readonly onObject?: (done: number, total: number) => void;
}

/** What one call works with. */
interface Replay {
  readonly deps: ReplayDependencies;
  readonly options: ReplayOptions;
  readonly index: LedgerIndex;
  readonly tally: ReplayTally;
  /** Where this call has brought coordinates: overlapping batches may have put one record into two objects. */
  readonly replayed: Map<string, ObjectKind>;
}

/**
 * Gives quarantined records to the checks and claims once more, under their original coordinates and arrival times: for
 * after a mended contract, or code. What passes now is landed, one ledger row of origin `replay` per quarantine object,
 * which stays as it is; what does not is counted by its reason and stays. A record is replayed once, whatever objects
 * hold it and however often this is called. Throws what the stores throw; called again it goes on.
 */
export async function replayQuarantine(
  deps: ReplayDependencies,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const rows = await deps.ledger.rows({ source: 'events' });
  const replay: Replay = {
    deps,
    options,
    index: new LedgerIndex(rows, await deps.ledger.setAsides()),
    tally: new ReplayTally(),
    replayed: new Map(),
  };
  const sources = rows.flatMap((row) => quarantineOf(row, replay));
  for (const [place, source] of sources.entries()) {
    if (!hasTime(options.budget)) return replay.tally.report(sources.length - place);
    try {
      await replayObject(source, replay);
    } catch (error) {
      replay.tally.remains({ objectKey: source.entry.key, problem: problemOf(error) });
    }
    options.onObject?.(place + 1, sources.length);
  }
  return replay.tally.report(0);
}

function hasTime(budget: TimeBudget | undefined): boolean {
  return budget === undefined || budget.remainingMs() > budget.marginMs;
}

/** The quarantine objects of a row that may hold what is asked for, each under the first row that names it. */
function quarantineOf(row: StoredLedgerRow, { index, options }: Replay): readonly NamedObject[] {
  const { reason, sinceMs } = options;
  if (reason !== null && row.quarantineReasons[reason] === undefined) return [];
  if (sinceMs !== null && Date.parse(row.maxArrivalTime) < sinceMs) return [];
  return row.objects
    .filter(({ kind, key }) => kind === 'quarantine' && index.objectOf(key)?.row === row)
    .map((entry) => ({ entry, row }));
}

async function replayObject(source: NamedObject, replay: Replay): Promise<void> {
  const { deps, options, tally } = replay;
  const lines = await readLandedLines(deps.objects, replay.index.readable(source.entry));
  const records = lines.map(readQuarantineLine).filter((record) => isWanted(record, options));
  if (records.length === 0) return;
  tally.object();
  const landed = await landedCoordinates(source, replay.index, deps.objects);
  const items: BatchItem[] = [];
  const conflicts = new Set<BatchItem>();
  for (const record of records) {
    const place = coordinatesText(record);
    const zone = landed.get(place) ?? replay.replayed.get(place);
    // A conflict that a replay found is asked for, and counted, where that has put it.
    if (zone !== undefined) {
      if (zone !== 'quarantine') tally.done();
      continue;
    }
    const item = checkedAgain(record, deps.check ?? checkRecord);
    if (typeof item === 'string') tally.refused(item);
    else items.push(item);
    if (typeof item !== 'string' && record.reason === 'id_conflict') conflicts.add(item);
  }
  if (!options.isDryRun) return landPassing({ source, items, conflicts }, replay);
  // No claim is asked, and without one a conflict stays what it is.
  for (const _ of conflicts) tally.refused('id_conflict');
  tally.passes(items.length - conflicts.size);
}

function isWanted({ reason, record }: QuarantinedRecord, options: ReplayOptions): boolean {
  return (
    (options.reason === null || reason === options.reason) &&
    (options.sinceMs === null || record.arrivalTimeMs >= options.sinceMs)
  );
}

/** Under this word a record is counted that would become several events: one was received, so one may be accepted. */
const SEVERAL_EVENTS = 'several_events';

/** The record as an item of a batch, or the reason for which it is still refused. */
function checkedAgain({ record, index }: QuarantinedRecord, check: typeof checkRecord): BatchItem | string {
  const [checked, ...others] = check(record.data, record.arrivalTimeMs);
  if (checked === undefined || others.length > 0) return SEVERAL_EVENTS;
  return checked.kind === 'rejected' ? checked.reason : { record, index, checked };
}

/** What passes the checks, in the order of its object; `conflicts` are those that had lost their id to another record. */
interface Passing {
  readonly source: NamedObject;
  readonly items: readonly BatchItem[];
  readonly conflicts: ReadonlySet<BatchItem>;
}

/**
 * Claims for what passes the checks and lands it. A conflict comes back only as its holder's duplicate: when nobody
 * remembers the claim any more, the holder still stands in raw, so it stays a conflict. What passes now and conflicts for
 * the first time lands in quarantine again, under that reason, so that it is found should its holder never land.
 */
async function landPassing(passing: Passing, { deps, options, tally, replayed }: Replay): Promise<void> {
  const { objects, ledger, telemetry } = deps;
  const { compression } = options.settings;
  const landing: FatedItem[] = [];
  for (const fated of await fatesOf(passing, deps, options.settings)) {
    const { item, fate } = fated;
    const isOldConflict = passing.conflicts.has(item) && fate.kind !== 'duplicates';
    if (isOldConflict || fate.kind === 'quarantine') tally.refused('id_conflict');
    if (!isOldConflict) landing.push(fated);
  }
  if (landing.length === 0) return;
  const recovery = {
    origin: 'replay',
    recoveredFrom: passing.source.entry.key,
    items: landing,
  } as const;
  const { row, isNew } = await landRecovered(recovery, { objects, ledger, compression });
  for (const { item, fate } of landing) replayed.set(coordinatesText(item), fate.kind);
  tally.landed(row);
  const { ledgerId, accepted, duplicate } = row;
  telemetry.info('quarantine replayed', { ledgerId, isNew, accepted, duplicate });
  telemetry.count('EventsReplayed', accepted + duplicate);
}

/** A claim that has expired before any record that could ask for the id: whoever holds it again passes. */
const NO_CLAIM_MS = -365 * MS_PER_DAY;

/** A conflict asks only who holds its id, after the others; it must not take the id when the holder's claim is gone. */
async function fatesOf(
  { items, conflicts }: Passing,
  { claims }: ReplayDependencies,
  { claimTtlMs }: ConsumeSettings,
): Promise<readonly FatedItem[]> {
  const asking = [...conflicts];
  const plain = items.filter((item) => !conflicts.has(item));
  const fated = [
    ...(await decideFates(plain, claims, claimTtlMs)),
    ...(await decideFates(asking, claims, NO_CLAIM_MS)),
  ];
  const places = new Map(items.map((item, place) => [item, place]));
  return fated.sort((left, right) => (places.get(left.item) ?? 0) - (places.get(right.item) ?? 0));
}
