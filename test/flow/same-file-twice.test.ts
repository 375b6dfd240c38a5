import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { cli, event, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
const lake = path.join(folder, 'lake');
afterAll(remove);

async function sendAndRun(name: string, content: string | Buffer): Promise<void> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  for (const args of [['send', '--arrival', 'event-time', file], ['run']]) {
    const { code, stderr } = await cli([...args, '--lake', lake, '--quiet']);
    if (code !== 0) throw new Error(stderr);
  }
}

async function answer(...args: readonly string[]) {
  return JSON.parse((await cli([...args, '--lake', lake, '--json'])).stdout);
}

it('fault 33: a file that comes again, under another name and compressed, adds nothing', async () => {
  const lines = `${[event(1), event(2), purchase(3), event(2)].join('\n')}\n`;
  const tables =
    'select (select count(*) from stg_events) as events, (select sum(gross) from fct_orders) as gross';
  await sendAndRun('march.ndjson', lines);
  const before = await answer('query', tables);

  await sendAndRun('march (1).ndjson.gz', gzipSync(lines));

  expect(await answer('query', tables)).toEqual(before);
  expect(before).toEqual([{ events: 3, gross: '21.0000' }]);
  expect((await answer('status')).events).toMatchObject({ received: 8, accepted: 3, duplicate: 5 });
}, 60_000);
