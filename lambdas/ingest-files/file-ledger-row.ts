import { hash } from 'node:crypto';
import type { LedgerRow, LedgerSource } from '../domain/ledger.ts';
import { isoFromMs } from '../domain/time.ts';

const NO_RECORDS = {
  origin: 'stream',
  recoveredFrom: null,
  objects: [],
  received: 0,
  accepted: 0,
  duplicate: 0,
  quarantined: 0,
  quarantineReasons: {},
  dedupBypassed: 0,
  minEventTime: null,
  maxEventTime: null,
  eventDates: [],
  countsByTypeAndMinute: {},
  orders: 0,
  revenueByCurrency: {},
  sessionSketch: '',
} as const satisfies Partial<LedgerRow>;

/** A file as the ledger knows it. */
export interface FileIdentity {
  readonly source: LedgerSource;
  /** Of its bytes as stored, hex. */
  readonly sha256: string;
  /** Without folders. */
  readonly name: string;
  readonly slotMs: number;
}

/** What stands for the shard of a stream in the coordinates of a file's rows; their sequences are line numbers. */
export function fileShard(sha256: string): string {
  return `file-${sha256.slice(0, 16)}`;
}

export function fileLedgerId(source: LedgerSource, sha256: string): string {
  return `${source}/${sha256}`;
}

/** The one row of a file that landed: a pure function of its bytes, its name and its slot. */
export function landedFileRow(
  file: FileIdentity,
  fields: Pick<
    LedgerRow,
    | 'firstSequence'
    | 'lastSequence'
    | 'objects'
    | 'received'
    | 'accepted'
    | 'quarantined'
    | 'quarantineReasons'
    | 'minEventTime'
    | 'maxEventTime'
    | 'eventDates'
    | 'orders'
    | 'revenueByCurrency'
  >,
): LedgerRow {
  return {
    ...NO_RECORDS,
    ...identityFields(file),
    ledgerId: fileLedgerId(file.source, file.sha256),
    shardId: fileShard(file.sha256),
    ...fields,
  };
}

/** Says that the bytes came again under another name; it holds no record, and is written once a name. */
export function skippedFileRow(file: FileIdentity): LedgerRow {
  const again = hash('sha256', file.name, 'hex').slice(0, 16);
  return {
    ...NO_RECORDS,
    ...identityFields(file),
    ledgerId: `${fileLedgerId(file.source, file.sha256)}/again-${again}`,
    shardId: '',
    firstSequence: '',
    lastSequence: '',
  };
}

function identityFields({ source, name, slotMs }: FileIdentity) {
  const slot = isoFromMs(slotMs);
  return { source, minArrivalTime: slot, maxArrivalTime: slot, fileName: name };
}
