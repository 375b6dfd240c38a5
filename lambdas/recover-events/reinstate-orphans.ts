import type { FatedItem } from '../consume-events/batch-items.ts';
import type { Compression } from '../consume-events/compression.ts';
import { checkRecord } from '../domain/events/check-record.ts';
import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { landRecovered } from './land-recovered.ts';
import { landedCoordinates } from './landed-coordinates.ts';
import {
  coordinatesText,
  type LandedRecord,
  lineReader,
  MalformedLineError,
  readEventLine,
} from './landed-line.ts';
import { BrokenObjectError, readLandedLines } from './landed-object.ts';
import { LedgerIndex, type NamedObject } from './ledger-index.ts';
import { problemOf, type RemainingObject } from './unreadable.ts';

/** An event_id that no table holds, and the smallest of its copies in duplicates and conflicts by the order of copies. */
export interface OrphanCopy {
  /** Lower case. */
  readonly eventId: string;
  /** Key of the object that holds the copy: of duplicates, or of quarantine. */
  readonly objectKey: string;
  /** `<shard>#<sequence>`, within an aggregated record with `#<index>`. */
  readonly coordinates: string;
}

export interface ReinstateDependencies {
  readonly objects: ObjectStore;
  readonly ledger: LedgerStore;
  readonly telemetry: Telemetry;
  readonly compression: Compression;
}

export interface ReinstateReport {
  /** Brought back, or what a dry run would bring back. */
  readonly reinstated: readonly OrphanCopy[];
  /** Ids whose copy has landed since the tables were built, in raw or as a duplicate; the next run finds it there. */
  readonly landedSince: number;
  /** Copies that the contract of today refuses. */
  readonly refused: number;
  readonly remaining: readonly RemainingObject[];
}

/**
 * Brings back events whose claim was taken by a record that never landed, so that their copies went to duplicates, and
 * those of other content to quarantine: one copy of each is landed as raw, under its own coordinates, one ledger row per
 * object, of origin `reinstate` out of duplicates and `replay` out of quarantine. `orphans` are what orphan_claims finds
 * in the tables; what has landed since is left out, so a second call adds nothing. Should the holder land one day,
 * staging compares the two. Throws what the stores throw.
 */
export async function reinstateOrphans(
  orphans: readonly OrphanCopy[],
  deps: ReinstateDependencies,
  options: { readonly isDryRun: boolean },
): Promise<ReinstateReport> {
  const rows = await deps.ledger.rows({ source: 'events' });
  const index = new LedgerIndex(rows, await deps.ledger.setAsides());
  const landed = await idsLandedSince(rows, orphans, { index, objects: deps.objects });
  const missing = orphans.filter(({ eventId }) => !landed.has(eventId));
  const reinstated: OrphanCopy[] = [];
  const remaining: RemainingObject[] = [];
  let landedSince = orphans.length - missing.length;
  let refused = 0;
  for (const [objectKey, copies] of Map.groupBy(missing, (copy) => copy.objectKey)) {
    try {
      const source = index.objectOf(objectKey);
      if (source === undefined) throw new BrokenObjectError(objectKey, 'is no object that the ledger names');
      const items = await itemsOf(source, copies, { index, objects: deps.objects });
      const passing = items.filter(({ fate }) => fate.kind === 'raw');
      landedSince += copies.length - items.length;
      refused += items.length - passing.length;
      if (!options.isDryRun) await landOrphans(source, passing, deps);
      const places = new Set(passing.map(({ item }) => coordinatesText(item)));
      reinstated.push(...copies.filter(({ coordinates }) => places.has(coordinates)));
    } catch (error) {
      remaining.push({ objectKey, problem: problemOf(error) });
    }
  }
  return { reinstated, landedSince, refused, remaining };
}

/** Where recoveries read. */
interface LandedObjects {
  readonly index: LedgerIndex;
  readonly objects: ObjectStore;
}

/**
 * The wanted copies of one object as items, without conflicts that a replay has landed as duplicates since. Throws
 * MalformedLineError when it lacks one.
 */
async function itemsOf(
  source: NamedObject,
  copies: readonly OrphanCopy[],
  { index, objects }: LandedObjects,
): Promise<readonly FatedItem[]> {
  const { entry } = source;
  const wanted = new Set(copies.map(({ coordinates }) => coordinates));
  const found = (await readLandedLines(objects, index.readable(entry)))
    .map(lineReader(entry.kind))
    .filter((record) => wanted.has(coordinatesText(record)));
  if (found.length !== wanted.size)
    throw new MalformedLineError(`lacks ${wanted.size - found.length} of the copies that the tables name`);
  if (entry.kind !== 'quarantine') return found.map(fated);
  const landed = await landedCoordinates(source, index, objects);
  const isOut = (record: LandedRecord) =>
    (landed.get(coordinatesText(record)) ?? 'quarantine') === 'quarantine';
  return found.filter(isOut).map(fated);
}

function fated({ record, index }: LandedRecord): FatedItem {
  const [checked, ...others] = checkRecord(record.data, record.arrivalTimeMs);
  if (checked === undefined || others.length > 0) throw new MalformedLineError('a line holds several events');
  const item = { record, index, checked };
  if (checked.kind === 'accepted') return { item, fate: { kind: 'raw', isBypassed: false } };
  return { item, fate: { kind: 'quarantine', breach: checked, eventId: checked.eventId } };
}

async function landOrphans(
  { entry }: NamedObject,
  items: readonly FatedItem[],
  { telemetry, ...stores }: ReinstateDependencies,
): Promise<void> {
  if (items.length === 0) return;
  // The totals take a replay's records out of quarantine, and a reinstatement's out of duplicates.
  const origin = entry.kind === 'quarantine' ? 'replay' : 'reinstate';
  const { row, isNew } = await landRecovered({ origin, recoveredFrom: entry.key, items }, stores);
  telemetry.info('orphans reinstated', { ledgerId: row.ledgerId, isNew, accepted: row.accepted });
  telemetry.count('EventsReinstated', row.accepted);
}

/** Of the orphans' ids, those in raw objects that no run has staged; one that is broken is for the next run to find. */
async function idsLandedSince(
  rows: readonly StoredLedgerRow[],
  orphans: readonly OrphanCopy[],
  { index, objects }: LandedObjects,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(orphans.map(({ eventId }) => eventId));
  const found = new Set<string>();
  if (wanted.size === 0) return found;
  const unstaged = rows.filter((row) => row.stagedBy === null).flatMap((row) => row.objects);
  for (const entry of unstaged.filter(({ kind }) => kind === 'raw')) {
    try {
      for (const line of await readLandedLines(objects, index.readable(entry))) {
        const id = eventIdOf(line);
        if (wanted.has(id)) found.add(id);
      }
    } catch (error) {
      problemOf(error);
    }
  }
  return found;
}

function eventIdOf(line: Buffer): string {
  const { record } = readEventLine(line);
  const [checked] = checkRecord(record.data, record.arrivalTimeMs);
  return checked?.eventId ?? '';
}
