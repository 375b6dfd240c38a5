import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ARRIVAL_MS } from '../domain/events/sample-events.ts';
import { kinesisEvent, type PlainRecord } from '../runtime/lambda-events.ts';
import { visit } from './consumer-world.ts';

const run = promisify(execFile);
const MEMORY_MB = 512;
/** Lambda's limit of a payload, and what a record of it has around its data. */
const PAYLOAD_BYTES = 6 * 1_048_576;
const ENVELOPE_BYTES = 500;

const folder = mkdtempSync(path.join(tmpdir(), 'millpond-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Landed {
  readonly received: number;
  readonly storedBytes: number;
  readonly peakMb: number;
  readonly isWhole: boolean;
}

/** As many records as a payload holds. */
function payload(make: (n: number) => string | Uint8Array): string {
  const records: PlainRecord[] = [];
  let bytes = 0;
  for (let n = 1; ; n += 1) {
    const data = make(n);
    bytes += Math.ceil(Buffer.byteLength(data) / 3) * 4 + ENVELOPE_BYTES;
    if (bytes > PAYLOAD_BYTES) break;
    records.push({ sequence: String(n), data, arrivalTimeMs: ARRIVAL_MS });
  }
  return JSON.stringify(kinesisEvent('shardId-000000000000', records));
}

/** Lands a payload in a process whose heap ends where the memory of a small function does. */
async function landed(name: string, make: (n: number) => string | Uint8Array): Promise<Landed> {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, payload(make));
  const program = path.join(import.meta.dirname, 'land-payload.ts');
  const { stdout } = await run(process.execPath, [`--max-old-space-size=${MEMORY_MB}`, program, file]);
  return JSON.parse(stdout);
}

describe('fault 14: whatever 6 MB of a payload hold, they land within 512 MB', () => {
  it.each<[string, (n: number) => string | Uint8Array]>([
    ['events of usual size', (n) => JSON.stringify(visit(n, { note: `${n}`.padEnd(400, 'x') }))],
    ['records that are no text', (n) => new Uint8Array(700).fill(255 - (n % 3))],
    ['records of a mebibyte', (n) => `{"a":"${`${n}é`.repeat(300_000)}"}`.slice(0, 1_000_000)],
    ['events of ten thousand fields', (n) => JSON.stringify(visit(n, { many: manyFields() }))],
  ])('of %s', async (name, make) => {
    const { peakMb, isWhole, storedBytes } = await landed(name, make);

    expect(peakMb).toBeLessThan(MEMORY_MB);
    expect(isWhole).toBe(true);
    expect(storedBytes).toBeGreaterThan(1_000);
  });

  it('of a million and a half empty events, a part at a time', async () => {
    const { received, peakMb, isWhole } = await landed('lines', () => '{}\n'.repeat(5_000));

    expect(peakMb).toBeLessThan(MEMORY_MB);
    expect(isWhole).toBe(false);
    expect(received).toBeGreaterThan(50_000);
  });
});

function manyFields(): Readonly<Record<string, number>> {
  return Object.fromEntries(Array.from({ length: 9_900 }, (_, n) => [`k${n}`, n]));
}
