import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openLake } from '../../local/lake.ts';
import { openLakeStream } from '../../local/lake-stream.ts';
import { cli, event, tempFolder } from './cli-process.ts';
import { stoppedClock } from './stopped-clock.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');

/** One record that is no event, between the others. */
async function putPoison(): Promise<void> {
  const stream = openLakeStream(openLake(lake), stoppedClock);
  await stream.put([{ partitionKey: 'somebody', data: new TextEncoder().encode('no event at all') }]);
  stream.close();
}

/** Where failures lie, of one mapping. */
function failures(): readonly string[] {
  const names = readdirSync(path.join(lake, 'objects', 'failures'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /[0-9a-f-]{36}$/.test(name));
}

it('fault 25: what cannot be written is put beside when told so, all else lands, and redrive brings it back', async () => {
  const events = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, place) => event(from + place)).join('\n');
  await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: events(0, 5) });
  await putPoison();
  await cli(['send', '-', '--lake', lake, '--quiet'], { stdin: events(5, 9) });
  const quarantine = path.join(lake, 'objects', 'quarantine');
  mkdirSync(path.dirname(quarantine), { recursive: true });
  writeFileSync(quarantine, 'a file where a folder must be');

  const run = await cli(['run', '--lake', lake, '--json', '--quiet', '--discard-after', '1']);
  const found = failures();
  rmSync(quarantine);
  const redrive = await cli(['redrive', '--lake', lake, '--quiet']);
  const status = await cli(['status', '--lake', lake, '--json']);

  expect(run.code).toBe(0);
  expect(run.stderr).toMatch(/1 record failed again and again and .* under failures\//);
  expect(JSON.parse(run.stdout).landed).toMatchObject({ records: 9, discarded: 1, expired: 0 });
  expect(found).toHaveLength(1);
  expect(redrive.code).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({
    events: { received: 10, accepted: 9, quarantined: 1 },
    waiting: { records: 0 },
  });
});

it.each(['0', '10002', 'x'])('a number of tries of %s is refused', async (tries) => {
  const run = await cli(['run', '--lake', lake, '--discard-after', tries]);

  expect(run.code).toBe(2);
  expect(run.stderr).toContain('from 1 to 10001');
});
