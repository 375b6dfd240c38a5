import { gunzipSync } from 'node:zlib';
import type { LedgerRow, ObjectKind } from '../../../lambdas/domain/ledger.ts';
import { type PlacedRecord, SHARD_ID } from './generate-records.ts';
import type { Expected, Fate } from './hostile-record.ts';

/** An event did not land where its generator said it must. */
export class MisplacedEvent extends Error {
  override readonly name = 'MisplacedEvent';

  constructor(record: PlacedRecord, expected: Expected, found: string) {
    const start = Buffer.from(record.data.subarray(0, 600)).toString('base64');
    super(
      `record ${record.sequence} (${record.family}) must be ${expected.fate}, but ${found}; ` +
        `its ${record.data.length} bytes begin with, in base64, ${start}`,
    );
  }
}

export type Tally = Map<Fate, number>;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** The lines of what a batch wrote, taken from each kind in turn. */
class Zones {
  readonly #lines = new Map<ObjectKind, Uint8Array[]>();

  constructor(row: LedgerRow, written: ReadonlyMap<string, Uint8Array>) {
    for (const { kind, key } of row.objects) {
      const lines = linesOf(gunzipSync(written.get(key) ?? new Uint8Array()));
      this.#lines.set(kind, [...(this.#lines.get(kind) ?? []), ...lines]);
    }
    for (const lines of this.#lines.values()) lines.reverse();
  }

  next(kind: ObjectKind): Buffer {
    return Buffer.from(this.#lines.get(kind)?.pop() ?? []);
  }

  get rest(): number {
    return [...this.#lines.values()].reduce((sum, lines) => sum + lines.length, 0);
  }
}

function linesOf(body: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < body.length; ) {
    const to = body.indexOf(LINE_FEED, from);
    lines.push(body.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/**
 * Compares what a batch wrote, byte by byte and in order, with what its generator says, and counts the fates. Throws
 * MisplacedEvent for the first difference.
 */
export function checkBatch(
  records: readonly PlacedRecord[],
  row: LedgerRow,
  written: ReadonlyMap<string, Uint8Array>,
): Tally {
  const zones = new Zones(row, written);
  const tally: Tally = new Map();
  for (const record of records) {
    for (const [index, expected] of record.expected.entries()) {
      const coordinates = coordinatesOf(record, record.expected.length > 1 ? index : null);
      const problem = landing(expected, coordinates, zones);
      if (problem !== null) throw new MisplacedEvent(record, expected, problem);
      tally.set(expected.fate, (tally.get(expected.fate) ?? 0) + 1);
    }
  }
  if (zones.rest > 0) throw new Error(`${zones.rest} lines too many were written`);
  checkRow(row, tally);
  return tally;
}

/** The members that the consumer puts before those of the producer. */
function coordinatesOf(record: PlacedRecord, index: number | null): string {
  const place = index === null ? '' : `,"_record_index":"${index}"`;
  const arrival = new Date(record.arrivalTimeMs).toISOString();
  return `{"_arrival_time":"${arrival}","_shard_id":"${SHARD_ID}","_sequence_number":"${record.sequence}"${place}`;
}

/** What is wrong with the next line of the zone, or null. */
function landing({ fate, body, owner }: Expected, coordinates: string, zones: Zones): string | null {
  if (fate === 'accepted') {
    const wanted = Buffer.concat([Buffer.from(`${coordinates},`), oneLine(body).subarray(1)]);
    return wanted.equals(zones.next('raw')) ? null : 'its line in raw is another';
  }
  if (fate === 'duplicate') {
    const wanted = Buffer.concat([
      Buffer.from(`${coordinates},"_owner":"${owner}",`),
      oneLine(body).subarray(1),
    ]);
    return wanted.equals(zones.next('duplicates')) ? null : 'its line in duplicates is another';
  }
  const line = zones.next('quarantine').toString();
  if (!line.startsWith(`${coordinates},`)) return 'its line in quarantine is another';
  const kept: Record<string, string> = JSON.parse(line);
  if (kept.reason !== fate) return `it is ${kept.reason} (${kept.detail})`;
  const bytes = Buffer.from(kept.body ?? '', kept.encoding === 'base64' ? 'base64' : 'utf8');
  return bytes.equals(body) ? null : 'its bytes in quarantine are others';
}

/** Line breaks between tokens become spaces. */
function oneLine(body: Uint8Array): Uint8Array {
  return body.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
}

/** The ledger counts what the generator counts. */
function checkRow(row: LedgerRow, tally: Tally): void {
  const { accepted = 0, duplicate = 0, ...reasons } = Object.fromEntries(tally);
  const wanted = { accepted, duplicate, reasons: sorted(reasons) };
  const found = { accepted: row.accepted, duplicate: row.duplicate, reasons: sorted(row.quarantineReasons) };
  if (JSON.stringify(wanted) !== JSON.stringify(found))
    throw new Error(`the ledger says ${JSON.stringify(found)}, the generator ${JSON.stringify(wanted)}`);
  const events = [...tally.values()].reduce((sum, count) => sum + count, 0);
  if (row.received !== events)
    throw new Error(`the ledger received ${row.received}, the generator sent ${events}`);
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));
}
