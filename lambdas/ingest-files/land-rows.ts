import { isUtf8 } from 'node:buffer';
import type { Compression } from '../consume-events/compression.ts';
import {
  type BadRowLimit,
  exceedsLimit,
  formatBadRowLimit,
  isBeyondLimit,
} from '../domain/datasets/bad-row-limit.ts';
import { FILE_QUARANTINE_PREFIX } from '../domain/datasets/landing-prefixes.ts';
import { hasLostTooMuch, MINIMUM_SHARE_PERCENT } from '../domain/lost-too-much.ts';
import { FileFacts } from './file-facts.ts';
import { type FileIdentity, fileShard, landedFileRow } from './file-ledger-row.ts';
import type { BadRow, FileReport } from './file-report.ts';
import type { FileShape } from './file-shape.ts';
import { type AcceptedRow, judgeRow, type RowContext } from './judge-row.ts';
import { PartWriter } from './part-writer.ts';
import type { ReadRow, RowBreach } from './read-row.ts';
import { RefusedFileError } from './refused-file-error.ts';
import type { FileStores } from './restore-objects.ts';

const SHOWN_BAD_ROWS = 10;

/** What a snapshot is measured against. */
export interface PreviousSnapshot {
  readonly slot: string;
  readonly rows: number;
}

export interface LandingOptions {
  readonly shape: FileShape;
  readonly identity: FileIdentity;
  readonly limit: BadRowLimit;
  readonly compression: Compression;
  /** Absent: PART_BYTES. */
  readonly partBytes: number | undefined;
  /** Null: nothing is written. */
  readonly stores: FileStores | null;
  /** Null: nothing, or a person's word, speaks for any number of rows. */
  readonly previous: PreviousSnapshot | null;
  /** Throws when the file was another one than was hashed; asked once all of it has been read. */
  readonly requireUnchanged: () => Promise<void>;
}

type LandingReport = Pick<
  FileReport,
  'outcome' | 'rows' | 'accepted' | 'bad' | 'badReasons' | 'badRows' | 'objects' | 'problem' | 'detail'
>;

/**
 * Judges rows and lands them: parts of raw and quarantine as they fill, the last ones once the file is known to be
 * good, the ledger row at the end. Throws RefusedFileError for a file that changed or has no row.
 */
export async function landRows(
  groups: AsyncIterable<readonly ReadRow[]>,
  options: LandingOptions,
): Promise<LandingReport> {
  const landing = new FileLanding(options);
  for await (const rows of groups) {
    for (const row of rows) {
      landing.add(row);
      if (landing.isFull) await landing.flushFull();
    }
    if (isBeyondLimit(options.limit, landing.bad)) return landing.refused('the first ');
  }
  await options.requireUnchanged();
  if (landing.rows === 0)
    throw new RefusedFileError('empty', `${options.identity.name} has a header and no row`);
  if (exceedsLimit(options.limit, landing.bad, landing.rows)) return landing.refused('its ');
  if (landing.hasShrunk) return landing.shrunk();
  return landing.finish();
}

/** The rows of one file on their way. */
class FileLanding {
  readonly #options: LandingOptions;
  readonly #context: RowContext;
  readonly #shard: string;
  readonly #raw: PartWriter;
  readonly #quarantine: PartWriter;
  readonly #facts = new FileFacts();
  readonly #reasons = new Map<string, number>();
  readonly #badRows: BadRow[] = [];
  #accepted = 0;
  #bad = 0;
  #firstLine = 0;
  #lastLine = 0;

  constructor(options: LandingOptions) {
    const { shape, identity, compression, partBytes, stores } = options;
    const { source, slotMs } = identity;
    this.#options = options;
    this.#context = { dataset: shape.dataset, csv: shape.csv, slotMs };
    this.#shard = fileShard(identity.sha256);
    const digest = identity.sha256.slice(0, 16);
    const common = { slotMs, compression, objects: stores?.objects ?? null };
    const raw = { ...common, kind: 'raw', prefix: `raw/${source}/`, stem: digest } as const;
    this.#raw = new PartWriter(raw, partBytes);
    const stem = `${shape.dataset.name}_${digest}`;
    const bad = { ...common, kind: 'quarantine', prefix: FILE_QUARANTINE_PREFIX, stem } as const;
    this.#quarantine = new PartWriter(bad, partBytes);
  }

  get rows(): number {
    return this.#accepted + this.#bad;
  }

  get bad(): number {
    return this.#bad;
  }

  get isFull(): boolean {
    return this.#raw.isFull || this.#quarantine.isFull;
  }

  async flushFull(): Promise<void> {
    if (this.#raw.isFull) await this.#raw.flush();
    if (this.#quarantine.isFull) await this.#quarantine.flush();
  }

  add(row: ReadRow): void {
    if (this.#firstLine === 0) this.#firstLine = row.line;
    this.#lastLine = row.line;
    const judged = judgeRow(row, this.#context);
    if (judged.kind === 'bad') this.#addBad(row.line, judged.breach, judged.body);
    else this.#addAccepted(row.line, judged);
  }

  /** Refused for its bad rows; what was written of it stays unnamed. */
  refused(which: 'its ' | 'the first '): LandingReport {
    const { limit, identity } = this.#options;
    const rows = `of ${which}${this.rows} rows ${this.#bad} are bad`;
    return {
      ...this.#counts(),
      outcome: 'refused',
      problem: 'too_many_bad_rows',
      detail: `${identity.name}: ${rows}, ${formatBadRowLimit(limit)} allowed; nothing of it counts`,
    };
  }

  get hasShrunk(): boolean {
    const { previous } = this.#options;
    return previous !== null && hasLostTooMuch(this.#accepted, previous.rows, MINIMUM_SHARE_PERCENT);
  }

  shrunk(): LandingReport {
    const { previous, identity } = this.#options;
    const before = `the snapshot of ${previous?.slot} had ${previous?.rows}`;
    return {
      ...this.#counts(),
      outcome: 'refused',
      problem: 'shrunk',
      detail: `${identity.name} has ${this.#accepted} rows, ${before}: less than ${MINIMUM_SHARE_PERCENT} %, so what it lacks does not count as gone; if it is right, accept it (--accept-shrink)`,
    };
  }

  async finish(): Promise<LandingReport> {
    await this.#raw.flush();
    await this.#quarantine.flush();
    const { identity, stores } = this.#options;
    const row = landedFileRow(identity, {
      ...this.#facts.ledgerFields(),
      firstSequence: String(this.#firstLine),
      lastSequence: String(this.#lastLine),
      objects: [...this.#raw.entries, ...this.#quarantine.entries],
      received: this.rows,
      accepted: this.#accepted,
      quarantined: this.#bad,
      quarantineReasons: this.#sortedReasons(),
    });
    await stores?.ledger.append(row);
    return { ...this.#counts(), outcome: 'landed', problem: null, detail: '' };
  }

  #counts() {
    return {
      rows: this.rows,
      accepted: this.#accepted,
      bad: this.#bad,
      badReasons: this.#sortedReasons(),
      badRows: this.#badRows,
      objects: this.#raw.entries.length + this.#quarantine.entries.length,
    };
  }

  #addAccepted(line: number, row: AcceptedRow): void {
    const { lines } = this.#raw;
    this.#accepted += 1;
    lines.ascii(`{"_shard_id":"${this.#shard}","_sequence_number":"${line}",`);
    if (row.kind === 'event') {
      const { source, from, to } = row.event;
      lines.bytes(source, from, to);
      this.#facts.add(row.event);
    } else {
      lines.text(row.text);
    }
    lines.endLine();
  }

  #addBad(line: number, { reason, detail }: RowBreach, body: Uint8Array): void {
    this.#bad += 1;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#badRows.length < SHOWN_BAD_ROWS) this.#badRows.push({ line, reason, detail });
    const isText = isUtf8(body) && !body.includes(0);
    const rest = {
      _dataset: this.#context.dataset.name,
      _shard_id: this.#shard,
      _sequence_number: String(line),
      reason,
      detail,
      encoding: isText ? 'utf8' : 'base64',
      body: Buffer.from(body).toString(isText ? 'utf8' : 'base64'),
    };
    const { lines } = this.#quarantine;
    lines.text(JSON.stringify(rest));
    lines.endLine();
  }

  #sortedReasons(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#reasons].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}
