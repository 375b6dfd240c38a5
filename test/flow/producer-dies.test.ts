import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventStream, OutgoingRecord } from '../../lambdas/ports/stream.ts';
import { produceEvents } from '../../lambdas/produce-events/produce-events.ts';
import { configWith, NO_FAULTS } from '../../simulator/config.ts';
import { simulate } from '../../simulator/simulate.ts';
import { failureOf } from '../local/failure-of.ts';
import { LakeUnderTest } from './lake-under-test.ts';

const RECORDS: readonly OutgoingRecord[] = [
  ...simulate(configWith({ seed: 5, visitors: 120, days: 2, start: '2026-11-18', faults: NO_FAULTS })),
].map(({ partitionKey, data }) => ({ partitionKey, data }));

let lake: LakeUnderTest;

beforeAll(async () => {
  lake = await LakeUnderTest.create();
});
afterAll(() => lake.close());

/** Takes one record of a key a call, as Kinesis makes a producer do, and answers nothing from call `last` on. */
function dyingStream(last: number): EventStream {
  let calls = 0;
  return {
    put: async (records) => {
      const answers = await lake.stream.put(records);
      calls += 1;
      if (calls >= last) throw new Error('the process is gone');
      return answers;
    },
  };
}

it('fault 3: a producer that dies before the acknowledgement and sends all again brings each event once', async () => {
  const death = await failureOf(produceEvents({ stream: dyingStream(4), groups: [RECORDS] }));
  const before = lake.stream.shards().reduce((sum, shard) => sum + Number(shard.lastSequence ?? 0), 0);

  await produceEvents({ stream: lake.stream, groups: [RECORDS], aggregate: { maxBytes: 2_048 } });
  await lake.drain(20);
  await lake.run();

  const [row] = await lake.rows('select count(*) as events, count(distinct event_id) as ids from stg_events');
  const rows = await lake.stores.ledger.rows();
  const sum = (pick: (each: (typeof rows)[number]) => number) =>
    rows.reduce((total, each) => total + pick(each), 0);
  expect(String(death)).toContain('the process is gone');
  expect(before).toBeGreaterThan(20);
  expect(row).toEqual({ events: RECORDS.length, ids: RECORDS.length });
  expect(sum((each) => each.received)).toBe(RECORDS.length + before);
  expect(sum((each) => each.duplicate)).toBe(before);
});
