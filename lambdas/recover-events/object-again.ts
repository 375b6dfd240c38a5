import { type BatchItem, type FatedItem, itemsOf } from '../consume-events/batch-items.ts';
import { type BatchObject, buildObjects } from '../consume-events/batch-objects.ts';
import type { ConsumeSettings } from '../consume-events/consume-batch.ts';
import { decideFates } from '../consume-events/decide-fates.ts';
import { checkRecord } from '../domain/events/check-record.ts';
import { compareSequences, type StoredLedgerRow } from '../domain/ledger.ts';
import type { ClaimStore } from '../ports/claim-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { StreamReader } from '../ports/stream.ts';
import { coordinatesOfLine, coordinatesText, lineReader } from './landed-line.ts';
import { readLandedLines } from './landed-object.ts';
import type { LedgerIndex, NamedObject } from './ledger-index.ts';
import { problemOf } from './unreadable.ts';

export interface ObjectSources {
  readonly objects: ObjectStore;
  readonly stream: StreamReader;
  readonly claims: ClaimStore | null;
  readonly index: LedgerIndex;
  readonly settings: ConsumeSettings;
}

/**
 * An object made anew of the records that it was made of, or in words why it does not come out as the ledger says. The
 * records come from the stream, or for a recovered object from where they were recovered. That each meets its old fate is
 * proved and not assumed: the body has the digest that the ledger has kept. Throws BrokenObjectError when the source is
 * broken too, and what the stores and the stream throw.
 */
export async function objectAgain(
  target: NamedObject,
  sources: ObjectSources,
): Promise<BatchObject | string> {
  const { entry, row } = target;
  const items = await itemsAgain(target, sources);
  for (const decide of [byPlace, byClaims]) {
    const built = buildObjects(await decide(items, row, sources), sources.settings.compression);
    const found = built.find(
      (object) => object.entry.kind === entry.kind && object.entry.sha256 === entry.sha256,
    );
    if (found !== undefined) return found;
  }
  if (row.origin === 'stream' && items.length < row.received)
    return `is of a batch of ${row.received} records, of which the stream still holds ${items.length}`;
  return 'does not come out as it was: its records are there, but are judged otherwise today';
}

/** What passes the checks and stands in no other object of the row stood in raw, whatever the claims said. */
async function byPlace(
  items: readonly BatchItem[],
  row: StoredLedgerRow,
  sources: ObjectSources,
): Promise<readonly FatedItem[]> {
  const elsewhere = await placesElsewhere(row, sources);
  return items
    .filter((item) => item.checked.kind === 'accepted' && !elsewhere.has(coordinatesText(item)))
    .map((item) => ({ item, fate: { kind: 'raw', isBypassed: false } }));
}

/** Coordinates that the row put elsewhere. Such an object can be broken too: then it tells nothing. */
async function placesElsewhere(
  row: StoredLedgerRow,
  { index, objects }: ObjectSources,
): Promise<ReadonlySet<string>> {
  const places = new Set<string>();
  for (const entry of row.objects) {
    if (entry.kind === 'raw') continue;
    try {
      for (const line of await readLandedLines(objects, index.readable(entry)))
        places.add(coordinatesOfLine(line));
    } catch (error) {
      problemOf(error);
    }
  }
  return places;
}

/** As the consumer decided: a claim outlives the stream's retention, and answers its owner and others as before. */
function byClaims(
  items: readonly BatchItem[],
  _row: StoredLedgerRow,
  { claims, settings }: ObjectSources,
): Promise<readonly FatedItem[]> {
  return decideFates(items, claims, settings.claimTtlMs);
}

async function itemsAgain(target: NamedObject, sources: ObjectSources): Promise<readonly BatchItem[]> {
  const { row } = target;
  if (row.recoveredFrom !== null) return recoveredItems(target, row.recoveredFrom, sources);
  const items: BatchItem[] = [];
  for await (const records of sources.stream.readRange(row)) items.push(...itemsOf(records, row.shardId));
  return items;
}

/** First and last sequence of an object, as its key ends: `<shard>_<first>_<last>_<records>_<digest>.ndjson.gz`. */
const RANGE = /_(\d+)_(\d+)_\d+_[0-9a-f]{16}\.ndjson\.[a-z]+$/;

/**
 * Of what the source holds in the object's range, that which passes the checks now. Copies of one id in duplicates give
 * one event, the first; a recovery by some other choice is not found again, and the digest tells.
 */
async function recoveredItems(
  { entry, row }: NamedObject,
  recoveredFrom: string,
  { index, objects }: ObjectSources,
): Promise<readonly BatchItem[]> {
  const source = index.objectOf(recoveredFrom);
  const [, first = '', last = ''] = RANGE.exec(entry.key) ?? [];
  if (source === undefined) return [];
  const ids = new Set<string>();
  return (await readLandedLines(objects, index.readable(source.entry)))
    .map(lineReader(source.entry.kind))
    .flatMap(({ record, index: place }) => {
      const { sequenceNumber } = record;
      if (compareSequences(sequenceNumber, first) < 0 || compareSequences(sequenceNumber, last) > 0)
        return [];
      const [checked, ...others] = checkRecord(record.data, record.arrivalTimeMs);
      if (checked?.kind !== 'accepted' || others.length > 0) return [];
      if (row.origin === 'reinstate' && ids.has(checked.eventId)) return [];
      ids.add(checked.eventId);
      return [{ record, index: place, checked }];
    });
}
