import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Something to sort: `key` rides along. */
export interface SortRecord {
  readonly timeMs: number;
  readonly key: string;
  readonly data: Uint8Array;
}

export interface SortOptions {
  /** For the spill files; made when needed. */
  readonly folder: string;
  /** What may lie in memory before it is spilled. */
  readonly memoryBytes: number;
  /** Spill files merged at once. */
  readonly fanIn?: number;
}

const OBJECT_OVERHEAD_BYTES = 200;
const HEADER_BYTES = 14;
const BLOCK_BYTES = 256 * 1024;

/**
 * Sorts by time, stably, whatever the size: sorted runs are spilled to disk and merged, at most `fanIn` at once. Memory
 * stays near `memoryBytes` + `fanIn` blocks of 256 KiB. Synchronous on purpose: the disk is the bottleneck, and each
 * step is short.
 */
export class ExternalSort {
  readonly #options: Required<SortOptions>;
  #memory: SortRecord[] = [];
  #memoryBytes = 0;
  #runs: string[] = [];
  #madeRuns = 0;

  constructor(options: SortOptions) {
    this.#options = { fanIn: 32, ...options };
  }

  add(record: SortRecord): void {
    this.#memory.push(record);
    this.#memoryBytes += record.data.length + record.key.length + OBJECT_OVERHEAD_BYTES;
    if (this.#memoryBytes >= this.#options.memoryBytes) this.#spill();
  }

  /** How many spill files were written so far. */
  get spilledRuns(): number {
    return this.#madeRuns;
  }

  /** All records by time, equal times in the order in which they were added. To be called once. */
  *sorted(): Generator<SortRecord> {
    if (this.#runs.length === 0) {
      yield* this.#takeMemory();
      return;
    }
    if (this.#memory.length > 0) this.#spill();
    // Neighbours are merged into their place, so that the order of runs stays the order of input.
    while (this.#runs.length > this.#options.fanIn) {
      const next: string[] = [];
      for (let start = 0; start < this.#runs.length; start += this.#options.fanIn) {
        const group = this.#runs.slice(start, start + this.#options.fanIn);
        next.push(group.length === 1 ? (group[0] ?? '') : this.#writeRun(mergeRuns(group)));
      }
      this.#runs = next;
    }
    yield* mergeRuns(this.#runs);
  }

  /** Removes the spill files. */
  dispose(): void {
    this.#memory = [];
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #spill(): void {
    this.#runs.push(this.#writeRun(this.#takeMemory()));
  }

  #takeMemory(): readonly SortRecord[] {
    const records = this.#memory.sort((left, right) => left.timeMs - right.timeMs);
    this.#memory = [];
    this.#memoryBytes = 0;
    return records;
  }

  #writeRun(records: Iterable<SortRecord>): string {
    mkdirSync(this.#options.folder, { recursive: true });
    this.#madeRuns += 1;
    const file = path.join(this.#options.folder, `run-${this.#madeRuns}`);
    const descriptor = openSync(file, 'w');
    try {
      let block: Uint8Array[] = [];
      let blockBytes = 0;
      for (const record of records) {
        const encoded = encodeRecord(record);
        block.push(...encoded);
        blockBytes += encoded.reduce((sum, part) => sum + part.length, 0);
        if (blockBytes < BLOCK_BYTES) continue;
        writeWhole(descriptor, Buffer.concat(block));
        block = [];
        blockBytes = 0;
      }
      writeWhole(descriptor, Buffer.concat(block));
    } finally {
      closeSync(descriptor);
    }
    return file;
  }
}

/** Header: time (double), size of the key (2 bytes), size of the data (4 bytes). */
function encodeRecord(record: SortRecord): readonly Uint8Array[] {
  const key = Buffer.from(record.key);
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeDoubleLE(record.timeMs, 0);
  header.writeUInt16LE(key.length, 8);
  header.writeUInt32LE(record.data.length, 10);
  return [header, key, record.data];
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written, bytes.length - written);
  }
}

/** Merges sorted runs; of equal times the earlier run's comes first. Each run is deleted once it is read. */
function* mergeRuns(files: readonly string[]): Generator<SortRecord> {
  const readers = files.map((file) => new RunReader(file));
  try {
    for (;;) {
      let smallest: RunReader | null = null;
      for (const reader of readers) {
        if (reader.head === null) continue;
        if (smallest === null || reader.head.timeMs < (smallest.head?.timeMs ?? Number.POSITIVE_INFINITY)) {
          smallest = reader;
        }
      }
      if (smallest?.head == null) return;
      yield smallest.head;
      smallest.advance();
    }
  } finally {
    for (const reader of readers) reader.close();
  }
}

class RunReader {
  readonly #file: string;
  readonly #descriptor: number;
  #block = Buffer.alloc(0);
  #offset = 0;
  head: SortRecord | null = null;

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, 'r');
    this.advance();
  }

  advance(): void {
    if (!this.#need(HEADER_BYTES)) {
      this.head = null;
      return;
    }
    const keyBytes = this.#block.readUInt16LE(this.#offset + 8);
    const dataBytes = this.#block.readUInt32LE(this.#offset + 10);
    this.#need(HEADER_BYTES + keyBytes + dataBytes);
    const keyStart = this.#offset + HEADER_BYTES;
    const dataStart = keyStart + keyBytes;
    this.head = {
      timeMs: this.#block.readDoubleLE(this.#offset),
      key: this.#block.toString('utf8', keyStart, dataStart),
      data: this.#block.subarray(dataStart, dataStart + dataBytes),
    };
    this.#offset = dataStart + dataBytes;
  }

  close(): void {
    closeSync(this.#descriptor);
    rmSync(this.#file, { force: true });
  }

  /** Whether `bytes` more are in the block, after reading on where they were not. */
  #need(bytes: number): boolean {
    if (this.#block.length - this.#offset >= bytes) return true;
    const rest = this.#block.subarray(this.#offset);
    // A new block each time: what was handed out still points into the old one.
    const block = Buffer.allocUnsafe(rest.length + Math.max(BLOCK_BYTES, bytes));
    rest.copy(block);
    let filled = rest.length;
    while (filled < bytes) {
      const read = readSync(this.#descriptor, block, filled, block.length - filled, null);
      if (read === 0) break;
      filled += read;
    }
    this.#block = block.subarray(0, filled);
    this.#offset = 0;
    return filled >= bytes;
  }
}
