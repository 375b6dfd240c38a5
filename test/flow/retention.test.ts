import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openLake } from '../../local/lake.ts';
import { openLakeStream } from '../../local/lake-stream.ts';
import { cli, event, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');

/** Sends page views that arrive on that day. */
async function send(day: string, numbers: readonly number[]): Promise<void> {
  const stdin = numbers.map((n) => event(n, { event_time: `${day}T10:00:00Z` })).join('\n');
  await cli(['send', '-', '--lake', lake, '--arrival', 'event-time', '--quiet'], { stdin });
}

async function run(): Promise<{ readonly landed: { readonly records: number } }> {
  return JSON.parse((await cli(['run', '--lake', lake, '--json', '--quiet'])).stdout);
}

/** Days on which what the stream keeps arrived. */
function keptDays(): readonly string[] {
  const stream = openLakeStream(openLake(lake), stoppedClock);
  const records = stream
    .shards()
    .flatMap(({ shardId }) => stream.read({ shardId, afterSequence: null, limit: 100, maxBytes: 1e6 }));
  stream.close();
  return records.map((record) => new Date(record.arrivalTimeMs).toISOString().slice(0, 10)).sort();
}

it('a run lets go of records that it took in, 7 days before the newest; the lake keeps them', async () => {
  await send('2026-03-01', [1, 2]);
  await send('2026-03-12', [3]);
  await send('2026-03-20', [4]);
  const waiting = keptDays();
  const first = await run();
  const afterFirst = keptDays();
  await send('2026-02-01', [5]);
  const waitingOld = keptDays();
  const second = await run();

  expect(waiting).toEqual(['2026-03-01', '2026-03-01', '2026-03-12', '2026-03-20']);
  expect(first.landed.records).toBe(4);
  expect(afterFirst).toEqual(['2026-03-20']);
  expect(waitingOld).toEqual(['2026-02-01', '2026-03-20']);
  expect(second.landed.records).toBe(1);
  const status = await cli(['status', '--lake', lake, '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({ events: { received: 5 }, waiting: { records: 0 } });
});
