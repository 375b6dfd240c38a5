import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REJECTION_REASONS } from '../../../lambdas/domain/events/rejection.ts';
import { generateRecords, type PlacedRecord } from '../../soak/hostile/generate-records.ts';
import type { Fate } from '../../soak/hostile/hostile-record.ts';
import { landBatch } from '../../soak/hostile/land-batch.ts';
import { RecentClaims } from '../../soak/hostile/recent-claims.ts';

const run = promisify(execFile);
const SEED = '20260131';

it('faults 9, 44, 45, 46, 47, 48, 49: 50,000 hostile records land where they must, and their neighbours too', async () => {
  // In a process of its own, since it freezes the prototypes of all objects.
  const program = ['--expose-gc', 'test/soak/run.ts', 'hostile', '--events', '50000', '--seed', SEED];
  const { stdout } = await run(process.execPath, program);

  expect(stdout).toMatch(/hostile: 50,000 records, [\d,]+ events, seed 20260131: each landed where it must/);
  for (const fate of ['accepted', 'duplicate', ...REJECTION_REASONS])
    expect(stdout).toMatch(new RegExp(`^ +${fate} +[1-9]`, 'm'));
}, 60_000);

it('equal seeds give equal records, other seeds others', () => {
  const bytesOf = (seed: number) => take(seed, 300).map(({ data }) => Buffer.from(data).toString('base64'));

  expect(bytesOf(1)).toEqual(bytesOf(1));
  expect(bytesOf(1)).not.toEqual(bytesOf(2));
});

it.each<[Fate, Fate]>([
  ['accepted', 'not_json'],
  ['not_json', 'not_utf8'],
  ['invalid_field', 'accepted'],
])('an event that is %s where its generator says %s is found', async (fate, claimed) => {
  const records = take(1, 300);
  const place = records.findIndex(
    ({ expected: [first, ...rest] }) => first?.fate === fate && rest.length === 0,
  );
  const { expected, ...record } = records[place] ?? records[0] ?? never();
  const falsified = { ...record, expected: expected.map((each) => ({ ...each, fate: claimed })) };

  const landing = landBatch(records.with(place, falsified), new RecentClaims(1_000));

  await expect(landing).rejects.toThrow(`record ${record.sequence} (${record.family}) must be ${claimed}`);
});

function take(seed: number, count: number): readonly PlacedRecord[] {
  return generateRecords(seed).take(count).toArray();
}

function never(): never {
  throw new Error('no such record');
}
