import { closeSync, openSync, writeSync } from 'node:fs';
import { configWith, NO_FAULTS } from '../simulator/config.ts';
import { simulate } from '../simulator/simulate.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Writes about so many events of a faultless shop over 30 days as NDJSON, in order of arrival; returns how many. */
export function writeEventFile(file: string, events: number): number {
  const descriptor = openSync(file, 'w');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let used = 0;
  let written = 0;
  try {
    for (const { data } of simulate(configWith({ events, faults: NO_FAULTS }))) {
      if (used + data.length + 1 > CHUNK_BYTES) {
        writeSync(descriptor, chunk, 0, used);
        used = 0;
      }
      chunk.set(data, used);
      chunk[used + data.length] = 0x0a;
      used += data.length + 1;
      written += 1;
    }
    writeSync(descriptor, chunk, 0, used);
  } finally {
    closeSync(descriptor);
  }
  return written;
}
