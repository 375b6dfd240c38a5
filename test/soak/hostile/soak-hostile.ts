import type { SoakSettings } from '../soak-settings.ts';
import type { Tally } from './check-batch.ts';
import { generateRecords, type PlacedRecord } from './generate-records.ts';
import { landBatch } from './land-batch.ts';
import { RecentClaims } from './recent-claims.ts';

const BATCH_RECORDS = 200;
const BATCH_BYTES = 6_000_000;
const CLAIMS_KEPT = 50_000;

/**
 * Gives the consumer so many hostile records, a good neighbour between every nine of them, and checks where each event
 * lands. Throws at the first that lands elsewhere, and when the consumer throws. Returns what to print.
 */
export async function soakHostile({ events, seed }: SoakSettings): Promise<readonly string[]> {
  Object.freeze(Object.prototype);
  Object.freeze(Array.prototype);
  const claims = new RecentClaims(CLAIMS_KEPT);
  const total: Tally = new Map();
  let records = 0;
  const startedMs = performance.now();
  for (const batch of batches(generateRecords(seed), events)) {
    for (const [fate, count] of await landBatch(batch, claims))
      total.set(fate, (total.get(fate) ?? 0) + count);
    records += batch.length;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return report({ seed, records, seconds, total });
}

/** The first so many records, cut as a mapping cuts them: by number and by size. */
function* batches(source: Iterable<PlacedRecord>, limit: number): Generator<readonly PlacedRecord[]> {
  let batch: PlacedRecord[] = [];
  let bytes = 0;
  let taken = 0;
  for (const record of source) {
    if (taken === limit) break;
    taken += 1;
    batch.push(record);
    bytes += record.data.length;
    if (batch.length < BATCH_RECORDS && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function report(outcome: {
  readonly seed: number;
  readonly records: number;
  readonly seconds: number;
  readonly total: Tally;
}): readonly string[] {
  const { seed, records, seconds, total } = outcome;
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const events = [...total.values()].reduce((sum, count) => sum + count, 0);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  return [
    `hostile: ${number(records)} records, ${number(events)} events, seed ${seed}: each landed where it must`,
    ...[...total]
      .sort(([, left], [, right]) => right - left)
      .map(([fate, count]) => `  ${fate.padEnd(16)} ${number(count).padStart(10)}`),
    `  in ${seconds.toFixed(1)} s, ${number(records / seconds)} records/s; ${number(peakMegabytes)} MB at most`,
  ];
}
