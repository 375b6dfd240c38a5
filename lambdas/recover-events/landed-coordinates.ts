import type { ObjectKind } from '../domain/ledger.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { coordinatesOfLine } from './landed-line.ts';
import { readLandedLines } from './landed-object.ts';
import type { LedgerIndex, NamedObject } from './ledger-index.ts';

/**
 * The coordinates, of those that a quarantine object may hold, that stand elsewhere already, with their zone: a replay
 * brought them there, or a batch that was cut anew under another contract. Quarantine: only a replay found them in
 * conflict. Reads only rows that overlap the object's own, which are few. Throws BrokenObjectError, MalformedLineError, and
 * what the store throws.
 */
export async function landedCoordinates(
  source: NamedObject,
  index: LedgerIndex,
  objects: ObjectStore,
): Promise<ReadonlyMap<string, ObjectKind>> {
  const landed = new Map<string, ObjectKind>();
  const others = index
    .overlapping(source.row)
    .filter((row) => row.objects.every(({ key }) => key !== source.entry.key));
  for (const row of others) {
    for (const entry of row.objects) {
      const isQuarantine = entry.kind === 'quarantine';
      if (isQuarantine && row.origin === 'stream') continue;
      for (const line of await readLandedLines(objects, index.readable(entry))) {
        const place = coordinatesOfLine(line);
        if (!isQuarantine || !landed.has(place)) landed.set(place, entry.kind);
      }
    }
  }
  return landed;
}
