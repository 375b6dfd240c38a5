import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cli, purchase, tempFolder } from './cli-process.ts';

const { folder, remove } = tempFolder();
afterAll(remove);
const lake = path.join(folder, 'lake');

async function arrive(...events: readonly string[]) {
  const send = ['send', '-', '--lake', lake, '--arrival', 'sent-time', '--quiet'];
  for (const { code, stderr } of [
    await cli(send, { stdin: events.join('\n') }),
    await cli(['run', '--lake', lake, '--quiet']),
  ]) {
    if (code !== 0) throw new Error(stderr);
  }
}

const sale = (n: number, day: string, sent = day) =>
  purchase(n, { event_time: `${day}T10:00:00Z`, sent_time: `${sent}T11:00:00Z` });

it('late says that nothing has changed as long as nothing has, then what, by how much and why', async () => {
  await arrive(sale(1, '2026-03-01'), sale(2, '2026-03-02'));
  expect(await cli(['late', '--lake', lake])).toMatchObject({
    ...{ code: 0, stdout: 'No number of a day that was over has changed.\n', stderr: '' },
  });

  await arrive(sale(3, '2026-03-01', '2026-03-03'));
  const { code, stdout } = await cli(['late', '--date', '2026-03-01', '--lake', lake]);

  expect(code).toBe(0);
  expect(stdout).toContain('2026-03-01 daily_sales\n');
  expect(stdout).toContain('orders 1 -> 2 (+1)');
  expect(stdout).toContain('1 event in 1 batch of events');
  expect(stdout).toContain('up to 2 d 1 h after they happened');
});
