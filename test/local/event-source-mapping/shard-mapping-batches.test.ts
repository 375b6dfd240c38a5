import { describe, expect, it } from 'vitest';
import { laneOf } from '../../../local/event-source-mapping/partition-lanes.ts';
import { mappingOf, OK, record, records, shown, THROWN } from './shard-mapping-driver.ts';

describe('rule 1: the batch size', () => {
  it('cuts what was read, in order, one batch in hand at a time', () => {
    const mapping = mappingOf({ batchSize: 3 });
    mapping.take(records(1, 7), 0);

    const seen: string[] = [];
    for (let [action] = mapping.actions(0); action !== undefined; [action] = mapping.actions(0)) {
      expect(mapping.actions(0)).toEqual([]);
      seen.push(shown(action));
      mapping.settleInvocation(action.id, OK, 0);
    }

    expect(seen).toEqual(['1-3', '4-6', '7-7']);
  });

  it('is room for as many records; what is in hand takes none of it', () => {
    const mapping = mappingOf({ batchSize: 3, batchingWindowMs: 1_000 });
    expect(mapping.room()).toBe(3);

    mapping.take(records(1, 2), 0);
    expect(mapping.room()).toBe(1);
    mapping.take(records(3, 3), 0);
    expect(mapping.room()).toBe(0);
    mapping.actions(0);
    expect(mapping.room()).toBe(3);
  });
});

describe('rule 2: the batching window', () => {
  it('is waited out from the first record on, to the millisecond', () => {
    const mapping = mappingOf({ batchSize: 10, batchingWindowMs: 5_000 });
    mapping.take(records(1, 1), 1_000);
    mapping.take(records(2, 2), 5_000);

    expect(mapping.dueMs()).toBe(6_000);
    expect(mapping.actions(5_999)).toEqual([]);
    expect(mapping.actions(6_000).map(shown)).toEqual(['1-2']);
  });

  it('ends at once when the batch is full, and not one record earlier', () => {
    const mapping = mappingOf({ batchSize: 3, batchingWindowMs: 5_000 });
    mapping.take(records(1, 2), 0);
    expect(mapping.actions(0)).toEqual([]);

    mapping.take(records(3, 3), 0);

    expect(mapping.actions(0).map(shown)).toEqual(['1-3']);
  });

  it('of none makes every record due as it comes', () => {
    const mapping = mappingOf({ batchSize: 100 });
    mapping.take(records(1, 1), 0);

    expect(mapping.actions(0).map(shown)).toEqual(['1-1']);
  });

  it('begins anew for each batch', () => {
    const mapping = mappingOf({ batchSize: 2, batchingWindowMs: 5_000 });
    mapping.take(records(1, 3), 0);
    const [first] = mapping.actions(1_000);

    mapping.settleInvocation(first?.id ?? 0, OK, 2_000);

    expect(mapping.actions(5_999)).toEqual([]);
    expect(mapping.actions(6_000).map(shown)).toEqual(['3-3']);
  });

  it('is cut short at the end of a shard', () => {
    const mapping = mappingOf({ batchSize: 10, batchingWindowMs: 5_000 });
    mapping.take(records(1, 2), 0);

    mapping.flush();

    expect(mapping.actions(0).map(shown)).toEqual(['1-2']);
  });
});

describe('rule 3: the payload', () => {
  const large = (number: number, bytes: number) => record(number, { data: new Uint8Array(bytes) });

  it('makes a batch due before the window, and leaves no room for more', () => {
    const mapping = mappingOf({ batchSize: 10_000, batchingWindowMs: 300_000 });
    mapping.take(
      [1, 2, 3, 4].map((number) => large(number, 1_000_000)),
      0,
    );
    expect(mapping.actions(0)).toEqual([]);
    expect(mapping.room()).toBeGreaterThan(0);

    mapping.take(
      [5, 6].map((number) => large(number, 1_000_000)),
      0,
    );

    expect(mapping.room()).toBe(0);
    expect(mapping.actions(0).map(shown)).toEqual(['1-4']);
  });

  it('of one record is sent whatever its size', () => {
    const mapping = mappingOf({});
    mapping.take([large(1, 9_000_000), record(2)], 0);

    expect(mapping.actions(0).map(shown)).toEqual(['1-1']);
  });
});

describe('rule 4: parallelization', () => {
  const keyOfLane = (lane: number, lanes: number) => {
    for (let number = 0; ; number += 1) if (laneOf(`key-${number}`, lanes) === lane) return `key-${number}`;
  };

  it('runs a batch for each of so many lanes at once, and no more', () => {
    const mapping = mappingOf({ batchSize: 2, parallelizationFactor: 3 });
    const keys = [0, 1, 2].map((lane) => keyOfLane(lane, 3));
    mapping.take(
      records(1, 12).map((one, index) => ({ ...one, partitionKey: keys[index % 3] ?? '' })),
      0,
    );

    const actions = mapping.actions(0);

    expect(actions.map(({ batch }) => batch.records.map(({ sequenceNumber }) => sequenceNumber))).toEqual([
      ['1', '4'],
      ['2', '5'],
      ['3', '6'],
    ]);
    expect(mapping.actions(0)).toEqual([]);
  });

  it('keeps a key waiting while its batch fails, and lets the others go on', () => {
    const mapping = mappingOf({ batchSize: 1, parallelizationFactor: 2 });
    const [bad, good] = [keyOfLane(0, 2), keyOfLane(1, 2)];
    mapping.take([record(1, { partitionKey: bad }), record(2, { partitionKey: good })], 0);
    mapping.take([record(3, { partitionKey: bad }), record(4, { partitionKey: good })], 0);
    const [first, second] = mapping.actions(0);
    mapping.settleInvocation(first?.id ?? 0, THROWN, 0);
    mapping.settleInvocation(second?.id ?? 0, OK, 0);

    expect(mapping.actions(0).map(shown)).toEqual(['4-4']);
    expect(mapping.actions(100).map(shown)).toEqual(['1-1']);
  });

  it('spreads keys over all ten lanes, each always to the same', () => {
    const lanes = Array.from({ length: 1_000 }, (_, number) => laneOf(`visitor-${number}`, 10));

    expect(new Set(lanes).size).toBe(10);
    for (let lane = 0; lane < 10; lane += 1) {
      expect(lanes.filter((one) => one === lane).length).toBeGreaterThan(50);
    }
    expect(lanes).toEqual(Array.from({ length: 1_000 }, (_, number) => laneOf(`visitor-${number}`, 10)));
    expect(laneOf('anything', 1)).toBe(0);
  });

  it('rule 5: moves the position over what is done without a gap, in whatever order it gets done', () => {
    const mapping = mappingOf({ batchSize: 1, parallelizationFactor: 2 });
    const [left, right] = [keyOfLane(0, 2), keyOfLane(1, 2)];
    mapping.take([record(1, { partitionKey: left }), record(2, { partitionKey: right })], 0);
    mapping.take([record(3, { partitionKey: right }), record(4, { partitionKey: left })], 0);
    const [one, two] = mapping.actions(0);
    const positions: (string | null)[] = [mapping.position];

    mapping.settleInvocation(two?.id ?? 0, OK, 0);
    positions.push(mapping.position);
    const [three] = mapping.actions(0);
    mapping.settleInvocation(three?.id ?? 0, OK, 0);
    positions.push(mapping.position);
    mapping.settleInvocation(one?.id ?? 0, OK, 0);
    positions.push(mapping.position);

    expect(positions).toEqual([null, null, null, '3']);
  });
});

describe('what is taken in', () => {
  it('follows what was taken before, by number, and is of the shard', () => {
    const mapping = mappingOf({}, '9');

    expect(() => mapping.take([record(9)], 0)).toThrow('cannot follow record 9');
    expect(() => mapping.take([record(10, { shardId: 'shardId-1' })], 0)).toThrow('shardId-1');
    mapping.take([record(10)], 0);
    expect(() => mapping.take([record(10)], 0)).toThrow('cannot follow record 10');
    expect(mapping.lastTaken).toBe('10');
    expect(mapping.position).toBe('9');
  });
});
