import { compareSequences, type LedgerObject, type StoredLedgerRow } from '../domain/ledger.ts';
import { readableKey, type SetAside } from '../domain/set-aside.ts';

/** An object and the row that names it. */
export interface NamedObject {
  readonly entry: LedgerObject;
  readonly row: StoredLedgerRow;
}

type Placed = Pick<StoredLedgerRow, 'shardId' | 'firstSequence' | 'lastSequence'>;

/** Rows of the ledger by place and by object. `notes` tell of objects that were set aside. */
export class LedgerIndex {
  readonly #shards: ReadonlyMap<string, ShardRows>;
  readonly #objects = new Map<string, NamedObject>();
  readonly #notes: ReadonlyMap<string, SetAside>;

  constructor(rows: readonly StoredLedgerRow[], notes: readonly SetAside[] = []) {
    this.#notes = new Map(notes.map((note) => [note.objectKey, note]));
    const byShard = Map.groupBy(rows, (row) => row.shardId);
    this.#shards = new Map([...byShard].map(([shardId, ofShard]) => [shardId, new ShardRows(ofShard)]));
    for (const row of rows) {
      for (const entry of row.objects)
        if (!this.#objects.has(entry.key)) this.#objects.set(entry.key, { entry, row });
    }
  }

  /** The object and the first row by id that names it. */
  objectOf(key: string): NamedObject | undefined {
    return this.#objects.get(key);
  }

  /** Where the records of an object can be read: there, or where it was rebuilt. */
  readable({ key, sha256 }: LedgerObject): Pick<LedgerObject, 'key' | 'sha256'> {
    return { key: readableKey(key, this.#notes) ?? key, sha256 };
  }

  /** The rows that have a sequence in common with the place, whatever their origin. */
  overlapping(place: Placed): readonly StoredLedgerRow[] {
    return this.#shards.get(place.shardId)?.overlapping(place) ?? [];
  }
}

/** The rows of one shard by their first sequence; hardly any overlap, so a search finds the few that do. */
class ShardRows {
  readonly #rows: readonly StoredLedgerRow[];
  /** The greatest last sequence of the rows up to each. */
  readonly #reach: readonly string[];

  constructor(rows: readonly StoredLedgerRow[]) {
    this.#rows = [...rows].sort((left, right) => compareSequences(left.firstSequence, right.firstSequence));
    let furthest = '';
    this.#reach = this.#rows.map(({ lastSequence }) => {
      if (compareSequences(lastSequence, furthest) > 0) furthest = lastSequence;
      return furthest;
    });
  }

  overlapping({ firstSequence, lastSequence }: Placed): readonly StoredLedgerRow[] {
    const found: StoredLedgerRow[] = [];
    for (let place = this.#countBeginningUpTo(lastSequence) - 1; place >= 0; place -= 1) {
      const [row, reach = ''] = [this.#rows[place], this.#reach[place]];
      if (row === undefined || compareSequences(reach, firstSequence) < 0) break;
      if (compareSequences(row.lastSequence, firstSequence) >= 0) found.push(row);
    }
    return found;
  }

  #countBeginningUpTo(sequence: string): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareSequences(this.#rows[middle]?.firstSequence ?? '', sequence) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
