import { afterEach, describe, expect, it } from 'vitest';
import type { LedgerOrigin } from '../../lambdas/domain/ledger.ts';
import type { StreamRecord } from '../../lambdas/ports/stream.ts';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { MemoryLedgerStore } from '../fakes/ledger-store.ts';
import { event } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';
import { land, recordsOf, stagingModels } from './staging-world.ts';

const MODELS = stagingModels();
const ARRIVAL_MS = Date.parse('2026-03-01T10:00:01Z');
const lakes: LakeUnderTest[] = [];
afterEach(() => {
  for (const lake of lakes.splice(0)) lake.close();
});

async function newLake(): Promise<LakeUnderTest> {
  const lake = await LakeUnderTest.create(MODELS);
  lakes.push(lake);
  return lake;
}

function records(...lines: readonly string[]): readonly StreamRecord[] {
  return recordsOf(
    lines.map((line) => ({ line, arrivalTimeMs: ARRIVAL_MS })),
    'a',
  );
}

/** Lands records under a row of a recovery, as its commands do. */
async function recover(
  lake: LakeUnderTest,
  origin: Exclude<LedgerOrigin, 'stream'>,
  recovered: readonly StreamRecord[],
): Promise<string> {
  const apart = Object.assign(Object.create(lake), {
    stores: { ...lake.stores, ledger: new MemoryLedgerStore() },
  });
  const [outcome] = await land(apart, recovered, { size: 100 });
  const row = outcome?.row ?? expect.unreachable();
  const ledgerId = row.ledgerId.replace(/^events/, origin);
  await lake.stores.ledger.append({ ...row, ledgerId, origin, recoveredFrom: 'an object' });
  return ledgerId;
}

function balance(run: RunRecord) {
  expect(run.status).toBe('succeeded');
  const all = run.reconciliation ?? expect.unreachable();
  expect(all.accepted + all.duplicate + all.quarantined).toBe(all.received);
  expect(all.staged + all.tooLate + all.collapsed + all.conflicts + all.setAside).toBe(all.accepted);
  return all;
}

/** Five records of which the second and the fifth are refused. */
const SENT = records(event(1), 'no event', event(3), event(4), 'no event either');

describe('a replay', () => {
  it.each([
    ['of records that came once', false],
    ['of records that the stream gave again under another cut', true],
  ])('%s moves them from quarantine into staging, and names its row', async (_, isGivenAgain) => {
    const lake = await newLake();
    await land(lake, SENT, { size: 5 });
    if (isGivenAgain) await land(lake, SENT, { size: 2 });
    const before = balance(await lake.run());

    const ledgerId = await recover(lake, 'replay', records(event(1), event(2)).slice(1));
    const run = await lake.run();

    expect(before).toMatchObject({ received: 5, accepted: 3, quarantined: 2, staged: 3 });
    expect(balance(run)).toMatchObject({
      received: 5,
      accepted: 4,
      quarantined: 1,
      staged: 4,
      redelivered: isGivenAgain ? 5 : 0,
    });
    expect(run.quarantine).toEqual([{ reason: 'not_json', records: 2, replayed: 1 }]);
    expect(
      await lake.rows('select sequence_number, replayed_by from quarantined_records order by 1'),
    ).toEqual([
      { sequence_number: '2', replayed_by: ledgerId },
      { sequence_number: '5', replayed_by: null },
    ]);
  });
});

describe('fault 11: an orphan claim', () => {
  const owner = () => recordsOf([{ line: event(1), arrivalTimeMs: ARRIVAL_MS }], 'b');
  const copies = () => records(event(1), event(2), event(1));

  /** The owner claims its id and crashes before it lands; then its copies come. */
  async function orphaned(): Promise<LakeUnderTest> {
    const lake = await newLake();
    const objects = { ...lake.stores.objects, putIfAbsent: () => Promise.reject(new Error('crash')) };
    const apart = Object.assign(Object.create(lake), { stores: { ...lake.stores, objects } });
    await expect(land(apart, owner(), { size: 1, dedup: 'owner' })).rejects.toThrow('crash');
    await land(lake, copies(), { size: 3, dedup: 'owner' });
    return lake;
  }

  const orphans = (run: RunRecord) =>
    run.checks.find(({ check }) => check === 'orphaned_duplicates')?.examples.map((row) => row.copies);

  it('is shown by the run until a copy is reinstated, which then counts', async () => {
    const lake = await orphaned();
    const before = await lake.run();
    await recover(lake, 'reinstate', copies().slice(0, 1));
    const after = await lake.run();

    expect(balance(before)).toMatchObject({ received: 3, accepted: 1, duplicate: 2, orphaned: 2 });
    expect(orphans(before)).toEqual(['2']);
    expect(balance(after)).toMatchObject({ received: 3, accepted: 2, duplicate: 1, staged: 2, orphaned: 0 });
    expect(orphans(after)).toEqual([]);
  });

  it('ends by itself when the owner lands after all', async () => {
    const lake = await orphaned();
    await lake.run();
    await land(lake, owner(), { size: 1, dedup: 'owner' });

    expect(balance(await lake.run())).toMatchObject({ received: 4, accepted: 2, duplicate: 2, orphaned: 0 });
  });
});
