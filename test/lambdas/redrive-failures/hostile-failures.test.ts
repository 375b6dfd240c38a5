import { describe, expect, it } from 'vitest';
import { recordAt, SHARD, visit } from '../consume-events/consumer-world.ts';
import { RedriveWorld } from './redrive-world.ts';

const RECORDS = [11, 12, 13, 14].map((n) => recordAt(n, visit(n)));

describe('what is no failure of a stream', () => {
  const KEY = 'aws/lambda/m/shardId-000000000000/2026/01/31/x';
  const info = {
    shardId: SHARD,
    startSequenceNumber: '1',
    endSequenceNumber: '1',
    approximateArrivalOfLastRecord: '2026-01-31T10:15:00.000Z',
    batchSize: 1,
  };
  const failureWith = (changes: Record<string, unknown>) =>
    JSON.stringify({ KinesisBatchInfo: { ...info, ...changes }, payload: '{"Records":[]}' });

  it.each([
    ['nothing', ''],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe)],
    ['half a text', '{"KinesisBatchInfo":'],
    ['null', 'null'],
    ['another document', '{"Records":[]}'],
    ['a payload that is no JSON', JSON.stringify({ KinesisBatchInfo: info, payload: '{"Records":[' })],
    ['a payload without records', JSON.stringify({ KinesisBatchInfo: info, payload: '{"Records":[]}' })],
    ['a shard that leaves the folder', failureWith({ shardId: '../../raw' })],
    ['a shard that no name can hold', failureWith({ shardId: 's'.repeat(200) })],
    ['a sequence that is no number', failureWith({ startSequenceNumber: '1/../2' })],
    ['a time that is none', failureWith({ approximateArrivalOfLastRecord: 'soon' })],
    ['a prototype', '{"__proto__":{"KinesisBatchInfo":{}}}'],
  ])('%s is named, and left', async (_, body) => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, body);
    await world.discard([recordAt(1, visit(1))]);

    const report = await world.redrive();

    expect(report).toMatchObject({ redriven: [{ firstSequence: '1' }], remaining: [{ failure: KEY }] });
    expect(await world.redrive()).toMatchObject({ remaining: [{ failure: KEY }], done: 1 });
    expect(world.lines('raw')).toHaveLength(1);
  });

  it.each([
    ['of another shard', (record: { eventID: string }) => ({ ...record, eventID: 'shardId-9:11' })],
    [
      'without data',
      (record: { kinesis: object }) => ({ ...record, kinesis: { ...record.kinesis, data: null } }),
    ],
    [
      'with other than base64',
      (record: { kinesis: object }) => ({ ...record, kinesis: { ...record.kinesis, data: 'é' } }),
    ],
    [
      'from the year 10000',
      (record: { kinesis: object }) => ({
        ...record,
        kinesis: { ...record.kinesis, approximateArrivalTimestamp: 253_402_300_800 },
      }),
    ],
  ])('a record %s spoils its payload', async (_, spoil) => {
    const world = new RedriveWorld();
    const failure = await world.discardSpoiled(RECORDS, ({ Records: [first, ...rest] }) => ({
      Records: [first === undefined ? first : spoil(first), ...rest],
    }));

    expect(await world.redrive()).toMatchObject({ redriven: [], remaining: [{ failure }] });
    expect(world.objects.keys()).toEqual([]);
  });

  it('a payload that was cut, or is out of order, is left', async () => {
    const world = new RedriveWorld();
    await world.discardSpoiled(RECORDS, ({ Records }) => ({ Records: Records.slice(1) }));
    await world.discardSpoiled(RECORDS.slice(1), ({ Records }) => ({ Records: Records.toReversed() }));

    const { remaining } = await world.redrive();

    expect(remaining.map(({ problem }) => problem)).toEqual([
      'holds records of other positions than it names',
      'holds records whose sequence numbers do not rise',
    ]);
  });

  it('fault 45: a failure larger than any payload is not parsed', async () => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, new Uint8Array(16 * 1_048_576 + 1).fill(0x20));

    expect((await world.redrive()).remaining).toMatchObject([{ problem: /16777217 bytes long/ }]);
  });

  it('fault 56: says nothing of what it holds', async () => {
    const world = new RedriveWorld();
    await world.putFailure(KEY, '{"KinesisBatchInfo":{"shardId":"canary-4711"},"canary-4711":1}');

    const report = await world.redrive();

    expect(JSON.stringify([report, world.telemetry.lines])).not.toContain('canary');
    expect(world.telemetry.counts.get('FailuresRemaining')).toBe(1);
  });
});
