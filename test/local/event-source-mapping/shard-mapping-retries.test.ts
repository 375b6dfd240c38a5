import { describe, expect, it } from 'vitest';
import { failedAt, mappingOf, OK, playOut, records, shown, THROWN } from './shard-mapping-driver.ts';

const holds = (sequence: string) => (action: { batch: { records: readonly { sequenceNumber: string }[] } }) =>
  action.batch.records.some(({ sequenceNumber }) => sequenceNumber === sequence);

describe('rule 6: retries', () => {
  it.each([0, 1, 3])(
    'of at most %i end in a discard of the whole batch, and the shard goes on',
    (attempts) => {
      const mapping = mappingOf({ batchSize: 2, maximumRetryAttempts: attempts });
      mapping.take(records(1, 4), 0);

      const done = playOut(mapping, (action) => (holds('1')(action) ? THROWN : OK));

      expect(done.map((line) => line.split(' ')[1])).toEqual([
        ...Array.from({ length: attempts + 1 }, () => '1-2'),
        '!1-2',
        '3-4',
      ]);
      expect(mapping.position).toBe('4');
    },
  );

  it('without a limit go on until it works, each pause twice the one before', () => {
    const mapping = mappingOf({ batchSize: 2 });
    mapping.take(records(1, 2), 0);

    const done = playOut(mapping, (_, call) => (call < 6 ? THROWN : OK));

    expect(done).toEqual(['0: 1-2', '100: 1-2', '300: 1-2', '700: 1-2', '1500: 1-2', '3100: 1-2']);
  });

  it('are told how often the records were given before', () => {
    const mapping = mappingOf({ batchSize: 2, maximumRetryAttempts: 2 });
    mapping.take(records(1, 2), 0);
    const before: number[] = [];

    playOut(mapping, (action) => {
      before.push(action.earlierInvocations);
      return THROWN;
    });

    expect(before).toEqual([0, 1, 2]);
  });
});

describe('rule 7: bisect', () => {
  it('fault 23: halves a batch that threw, at once and at no cost, until the bad record stands alone', () => {
    const mapping = mappingOf({
      batchSize: 8,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
    });
    mapping.take(records(1, 8), 0);

    const done = playOut(mapping, (action) => (holds('6')(action) ? THROWN : OK));

    expect(done).toEqual([
      '0: 1-8',
      '0: 1-4',
      '0: 5-8',
      '0: 5-6',
      '0: 5-5',
      '0: 6-6',
      '100: 6-6',
      '100: !6-6',
      '100: 7-8',
    ]);
  });

  it('halves whatever reportBatchItemFailures says', () => {
    const mapping = mappingOf({
      batchSize: 3,
      bisectBatchOnFunctionError: true,
      reportBatchItemFailures: true,
    });
    mapping.take(records(1, 3), 0);

    const done = playOut(mapping, (_, call) => (call === 1 ? THROWN : OK));

    expect(done).toEqual(['0: 1-3', '0: 1-2', '0: 3-3']);
  });

  it('fault 9: gives one bad record up alone, its neighbours all succeed', () => {
    const mapping = mappingOf({
      batchSize: 5_000,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
    });
    mapping.take(records(1, 5_000), 0);
    let succeeded = 0;

    const done = playOut(mapping, (action) => {
      if (holds('4321')(action)) return THROWN;
      succeeded += action.batch.records.length;
      return OK;
    });

    expect(succeeded).toBe(4_999);
    expect(done.filter((line) => line.includes('!'))).toEqual(['0: !4321-4321']);
    expect(mapping.position).toBe('5000');
  });

  it('fault 10: of a batch that is bad as a whole ends too, each record given up once', () => {
    const mapping = mappingOf({ batchSize: 64, bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });
    mapping.take(records(1, 64), 0);

    const done = playOut(mapping, () => THROWN);

    expect(done.filter((line) => line.includes('!'))).toHaveLength(64);
    expect(done).toHaveLength(127 + 64);
  });
});

describe('rule 8: partial responses', () => {
  const reporting = { batchSize: 6, reportBatchItemFailures: true };

  it('fault 13: the lowest returned sequence is the checkpoint: it and all behind it run again', () => {
    const mapping = mappingOf(reporting);
    mapping.take(records(1, 6), 0);
    const [action] = mapping.actions(0);

    const settlement = mapping.settleInvocation(action?.id ?? 0, failedAt('5', '3', '4'), 0);

    expect(settlement).toMatchObject({ next: 'rest', succeeded: records(1, 2), left: records(3, 6) });
    expect(mapping.position).toBe('2');
    expect(mapping.actions(0).map(shown)).toEqual(['3-6']);
  });

  it.each([
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
    ['an empty answer', {}],
    ['null', null],
    ['nothing', undefined],
  ])('%s is success', (_, response) => {
    const mapping = mappingOf(reporting);
    mapping.take(records(1, 6), 0);
    const [action] = mapping.actions(0);

    const settlement = mapping.settleInvocation(action?.id ?? 0, { kind: 'returned', response }, 0);

    expect(settlement).toMatchObject({ next: 'nothing', left: [], error: null });
    expect(mapping.position).toBe('6');
  });

  it.each([
    ['an empty identifier', ''],
    ['a null identifier', null],
    ['one that is not of the batch', '7'],
    ['one beside a good one', '4,x'],
  ])('%s fails the whole batch', (_, identifiers) => {
    const mapping = mappingOf(reporting);
    mapping.take(records(1, 6), 0);
    const [action] = mapping.actions(0);
    const outcome = failedAt(...(identifiers === null ? [null] : identifiers.split(',')));

    const settlement = mapping.settleInvocation(action?.id ?? 0, outcome, 0);

    expect(settlement).toMatchObject({ next: 'again', succeeded: [], left: records(1, 6) });
    expect(mapping.position).toBeNull();
  });

  it('a misspelt member of the list fails the whole batch', () => {
    const mapping = mappingOf(reporting);
    mapping.take(records(1, 6), 0);
    const [action] = mapping.actions(0);
    const response = { batchItemFailures: [{}] };

    const settlement = mapping.settleInvocation(action?.id ?? 0, { kind: 'returned', response }, 0);

    expect(settlement.succeeded).toEqual([]);
  });

  it('are not looked at when they are not switched on', () => {
    const mapping = mappingOf({ batchSize: 6 });
    mapping.take(records(1, 6), 0);
    const [action] = mapping.actions(0);

    mapping.settleInvocation(action?.id ?? 0, failedAt('3'), 0);

    expect(mapping.position).toBe('6');
  });

  it('with bisect cut the batch at the returned sequence, which uses up no attempt', () => {
    const mapping = mappingOf({ ...reporting, bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });
    mapping.take(records(1, 6), 0);

    const done = playOut(mapping, (_, call) => failedAt(...(call < 6 ? [String(call + 1)] : [])));

    expect(done.map((line) => line.split(' ')[1])).toEqual(['1-6', '2-6', '3-6', '4-6', '5-6', '6-6']);
  });

  it('with bisect and nothing to cut the batch is halved', () => {
    const mapping = mappingOf({ ...reporting, bisectBatchOnFunctionError: true });
    mapping.take(records(1, 4), 0);

    const done = playOut(mapping, (_, call) => (call === 1 ? failedAt('1') : OK));

    expect(done.map((line) => line.split(' ')[1])).toEqual(['1-4', '1-2', '3-4']);
  });

  it('without bisect use up an attempt each, also when they made progress', () => {
    const mapping = mappingOf({ ...reporting, maximumRetryAttempts: 1 });
    mapping.take(records(1, 6), 0);

    const done = playOut(mapping, (_, call) => failedAt(String(call + 1)));

    expect(done.map((line) => line.split(' ')[1])).toEqual(['1-6', '2-6', '!3-6']);
    expect(mapping.position).toBe('6');
  });
});
