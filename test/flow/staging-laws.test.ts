import { afterEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../lambdas/run-lake/run-record.ts';
import { event, purchase } from './cli-process.ts';
import { LakeUnderTest } from './lake-under-test.ts';
import { type Arrival, land, recordsOf, stagingHash, stagingModels } from './staging-world.ts';

const START_MS = Date.parse('2026-03-01T12:00:00Z');
const SECOND_MS = 1_000;
const MODELS = stagingModels();

/** One second apart, so that each copy of an id has a place of its own in the order of copies. */
function arriving(lines: readonly string[]): readonly Arrival[] {
  return lines.map((line, index) => ({ line, arrivalTimeMs: START_MS + index * SECOND_MS }));
}

const DAYS_LATE = {
  '1 h': '2026-03-01T11:00:00Z',
  '3 d': '2026-02-26T12:00:01Z',
  '90 d': '2025-12-01T12:00:00Z',
};

const CONFLICTS = [
  event(3, { page_path: '/other' }),
  event(3, { page_path: '/another' }),
  purchase(21, { discount: 1 }),
  event(31, { event_time: '2026-03-01T10:00:00Z' }),
];

/** Some fifty records: events, copies of them, conflicts, late ones, and what breaks the contract. */
const ARRIVALS = arriving([
  ...Array.from({ length: 12 }, (_, n) => event(n)),
  ...Array.from({ length: 6 }, (_, n) => purchase(20 + n)),
  ...Array.from({ length: 6 }, (_, n) => event(n, { sent_time: '2026-03-01T12:00:40Z' })),
  ...Object.values(DAYS_LATE).map((time, n) => event(30 + n, { event_time: time })),
  ...CONFLICTS,
  'no event',
  event(40, { event_type: 'unheard_of' }),
  event(41, { note: 'a field that nobody knows' }),
  ...Array.from({ length: 12 }, (_, n) => event(50 + n)),
]);

const lakes: LakeUnderTest[] = [];
afterEach(() => {
  for (const lake of lakes.splice(0)) lake.close();
});

async function newLake(): Promise<LakeUnderTest> {
  const lake = await LakeUnderTest.create(MODELS);
  lakes.push(lake);
  return lake;
}

async function staged(
  lake: LakeUnderTest,
  isTimeless = false,
): Promise<{ readonly hash: string; readonly run: RunRecord }> {
  const run = await lake.run(true);
  expect(run.checks.filter((check) => check.severity === 'error' && check.badRows > 0)).toEqual([]);
  const { received, accepted, duplicate, quarantined, staged, tooLate, collapsed, conflicts } =
    run.reconciliation ?? expect.unreachable();
  expect(accepted + duplicate + quarantined).toBe(received);
  expect(staged + tooLate + collapsed + conflicts).toBe(accepted);
  return { hash: await stagingHash(lake, isTimeless), run };
}

async function stagedOnce(): Promise<string> {
  const lake = await newLake();
  await land(lake, recordsOf(ARRIVALS, 'a'), { size: 10 });
  return (await staged(lake)).hash;
}

/** Every third, then those after them, then the rest: far from the order of arrival. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  return [0, 1, 2].flatMap((remainder) => items.filter((_, index) => index % 3 === remainder)).reverse();
}

describe('staging holds the same', () => {
  it('fault 4: after a replay under another cut, run by run', async () => {
    const lake = await newLake();
    await land(lake, recordsOf(ARRIVALS, 'a'), { size: 10 });
    const first = await staged(lake);
    await land(lake, recordsOf(ARRIVALS, 'a'), { size: 7 });
    const second = await staged(lake);

    expect(second.hash).toBe(first.hash);
    // Without claims it hangs on the cut whether a batch finds a conflict or staging does.
    const told = ({ run: { reconciliation } }: typeof first) => {
      const { accepted, quarantined, conflicts, redelivered, ...rest } =
        reconciliation ?? expect.unreachable();
      return { ...rest, refused: quarantined + conflicts };
    };
    expect(told(second)).toEqual(told(first));
    expect(told(first)).toMatchObject({ refused: 6, collapsed: 6, tooLate: 2 });
    expect(second.run.reconciliation?.redelivered).toBe(ARRIVALS.length);
  });

  it('fault 6: when the records come out of order, whichever copy is the first then', async () => {
    const [ordered, other] = [await newLake(), await newLake()];
    const lines = ARRIVALS.map(({ line }) => line).filter((line) => !CONFLICTS.includes(line));
    await land(ordered, recordsOf(arriving(lines), 'a'), { size: 10 });
    await land(other, recordsOf(arriving(shuffled(lines)), 'a'), { size: 10 });

    expect((await staged(other, true)).hash).toBe((await staged(ordered, true)).hash);
  });

  it('fault 22: when two streams bring it, or one shard was split in the middle', async () => {
    const lake = await newLake();
    const [even, odd] = [0, 1].map((half) => ARRIVALS.filter((_, index) => index % 2 === half));
    await land(lake, recordsOf(odd ?? [], 'parent'), { size: 9 });
    await land(lake, recordsOf(even?.slice(0, 12) ?? [], 'left'), { size: 5 });
    await land(lake, recordsOf(even?.slice(12) ?? [], 'right'), { size: 5 });

    expect((await staged(lake)).hash).toBe(await stagedOnce());
  });

  it('fault 23: however the stream is cut into batches', async () => {
    const whole = await newLake();
    const single = await newLake();
    await land(whole, recordsOf(ARRIVALS, 'a'), { size: ARRIVALS.length });
    await land(single, recordsOf(ARRIVALS, 'a'), { size: 1 });

    expect((await staged(whole)).hash).toBe((await staged(single)).hash);
  });

  it('fault 4: when every record is sent twice, beside its first copy and again at the end', async () => {
    const lake = await newLake();
    const twice = ARRIVALS.flatMap((arrival) => [arrival, arrival]);
    await land(lake, recordsOf([...twice, ...ARRIVALS], 'a'), { size: 11 });

    expect((await staged(lake)).hash).toBe(await stagedOnce());
  });

  it('fault 7: whether the late come with the rest or in a run of their own', async () => {
    const lake = await newLake();
    const isLate = ({ line }: Arrival) => Object.values(DAYS_LATE).some((time) => line.includes(time));
    await land(
      lake,
      recordsOf(
        ARRIVALS.filter((arrival) => !isLate(arrival)),
        'a',
      ),
      { size: 10 },
    );
    await staged(lake);
    await land(lake, recordsOf(ARRIVALS.filter(isLate), 'b'), { size: 10 });
    const { hash } = await staged(lake);

    expect(hash).toBe(await stagedOnce());
  });
});

it('fault 5: claims and staging find the same conflicts, so the two modes differ in nothing but where', async () => {
  const [owner, ledger] = [await newLake(), await newLake()];
  await land(owner, recordsOf(ARRIVALS, 'a'), { size: 10, dedup: 'owner' });
  await land(ledger, recordsOf(ARRIVALS, 'a'), { size: 10 });
  const [claimed, compared] = [await staged(owner), await staged(ledger)];
  const events = 'select event_id, page_path, order_id, arrival_time from stg_events order by 1';

  expect(await owner.rows(events)).toEqual(await ledger.rows(events));
  expect(claimed.run.quarantine).toEqual(compared.run.quarantine);
  expect(claimed.run.quarantine.find(({ reason }) => reason === 'id_conflict')?.records).toBe(4);
  expect(compared.run.reconciliation?.conflicts).toBeGreaterThan(0);
});

describe('what a producer may write', () => {
  const HOSTILE = ["'; drop table stg_events; --", '" or 1=1', '\\u0000 {{y}}', '%_\n\t', '🙂 ｆｕｌｌ'];

  it('fault 50: comes through as it was, whatever it reads like', async () => {
    const lake = await newLake();
    const lines = HOSTILE.map((text, n) => event(n, { event_type: 'search', search_term: text }));
    await land(lake, recordsOf(arriving(lines), 'a'), { size: 10 });
    await staged(lake);

    const found = await lake.rows('select search_term from stg_events order by event_id');
    expect(found.map((row) => row.search_term)).toEqual(HOSTILE);
  });

  it('fault 49: is summed as decimals, to the last place', async () => {
    const lake = await newLake();
    const items = [0.1, 0.2, '99999999', 1e-4].map((unit_price, n) => ({
      product_id: `p${n}`,
      quantity: 1,
      unit_price,
    }));
    await land(lake, recordsOf(arriving([purchase(1, { items })]), 'a'), { size: 10 });
    await staged(lake);

    const found = await lake.rows('select cast(sum(unit_price) as varchar) as total from stg_order_lines');
    expect(found).toEqual([{ total: '99999999.3001' }]);
  });

  it('fault 41: an unknown field is ignored, an unknown version or type is refused by name', async () => {
    const lake = await newLake();
    const lines = [
      event(1, { novelty: { deep: [1] } }),
      event(2, { schema_version: 2 }),
      event(3, { event_type: 'wish' }),
    ];
    await land(lake, recordsOf(arriving(lines), 'a'), { size: 10 });
    const { run } = await staged(lake);

    expect(run.reconciliation).toMatchObject({ staged: 1, quarantined: 2 });
    expect(run.quarantine.map(({ reason }) => reason).sort()).toEqual(['unknown_type', 'unknown_version']);
  });

  it('fault 48: a name that would forge our own, or another object, never reaches staging', async () => {
    const lake = await newLake();
    const forged = ['"_shard_id":"x"', '"__proto__":{"a":1}', '"constructor":{}', '"Event_id":"x"'];
    const lines = forged.map((member, n) => event(n).replace('{', `{${member},`));
    await land(lake, recordsOf(arriving([...lines, event(9)]), 'a'), { size: 10 });
    const { run } = await staged(lake);

    expect(run.reconciliation).toMatchObject({ staged: 1, quarantined: forged.length });
    expect(await lake.rows('select distinct shard_id from quarantined_records')).toEqual([{ shard_id: 'a' }]);
  });
});
