import type { ObjectStore } from '../ports/object-store.ts';
import { coordinatesOfLine } from './landed-line.ts';
import { readLandedLines } from './landed-object.ts';
import type { LedgerIndex, NamedObject } from './ledger-index.ts';

/**
 * The coordinates, of those that a quarantine object may hold, that stand in raw or duplicates already: a replay brought
 * them there, or a batch that was cut anew under another contract. Reads only rows that overlap the object's own, which
 * are few. Throws BrokenObjectError, MalformedLineError, and what the store throws.
 */
export async function landedCoordinates(
  source: NamedObject,
  index: LedgerIndex,
  objects: ObjectStore,
): Promise<ReadonlySet<string>> {
  const landed = new Set<string>();
  const others = index
    .overlapping(source.row)
    .filter((row) => row.objects.every(({ key }) => key !== source.entry.key));
  for (const row of others) {
    for (const entry of row.objects) {
      if (entry.kind === 'quarantine') continue;
      for (const line of await readLandedLines(objects, index.readable(entry)))
        landed.add(coordinatesOfLine(line));
    }
  }
  return landed;
}
