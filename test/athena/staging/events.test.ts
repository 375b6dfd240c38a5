import { describe, expect, test } from 'vitest';
import { buildModels, column, pick } from '../build-models.ts';
import type { GivenRow } from '../harness.ts';
import { rawCopy as copy, lakeState, ledgerObject } from '../rows.ts';

const OBJECTS: readonly GivenRow[] = ['l1', 'l2'].map((ledgerId) => ledgerObject(ledgerId));

async function stage(copies: readonly GivenRow[]) {
  return buildModels({ raw_events: copies, ledger_objects: OBJECTS, lake_state: [lakeState()] }, [
    'event_copies',
    'stg_events',
    'stg_late_events',
  ]);
}

describe('the copy that counts', () => {
  const TIMES: [string, GivenRow, GivenRow][] = [
    [
      'the earlier arrival, though its shard is greater',
      { _arrival_time: '2026-03-01T10:00:01.000Z', _shard_id: 'shardId-000000000002' },
      { _arrival_time: '2026-03-01T10:00:01.001Z', _shard_id: 'shardId-000000000001' },
    ],
    [
      'of equal arrivals the smaller shard, though its sequence is greater',
      { _shard_id: 'shardId-000000000001', _sequence_number: '7' },
      { _shard_id: 'shardId-000000000002', _sequence_number: '6' },
    ],
    [
      'the smaller sequence as a number, not as text',
      { _sequence_number: '99' },
      { _sequence_number: '100' },
    ],
    ['of one record the smaller index as a number', { _record_index: '9' }, { _record_index: '10' }],
    ['a record that stood alone before index 1', {}, { _record_index: '1' }],
    ['of a record in two batches the smaller ledger row', { $path: 'lake/l1' }, { $path: 'lake/l2' }],
  ];
  for (const [name, winner, loser] of TIMES) {
    test(`is ${name}`, async () => {
      const copies = [
        copy('e1', { ...loser, user_id: 'loser' }),
        copy('e1', { ...winner, user_id: 'winner' }),
      ];

      const built = await stage(copies);

      expect(column(built.stg_events, 'user_id')).toEqual(['winner']);
      expect(column(built.event_copies, 'copy_rank').sort()).toEqual([1, 2]);
    });
  }

  test('is one for an id whose case differs, and is kept in lower case', async () => {
    const built = await stage([copy('ABC'), copy('abc', { _sequence_number: '101' })]);

    expect(column(built.stg_events, 'event_id')).toEqual(['abc']);
  });

  test('is decided before lateness, so that a late winner takes its copies with it', async () => {
    const late = copy('e1', { _sequence_number: '1', event_time: '2026-02-01T00:00:00Z' });

    const built = await stage([late, copy('e1', { _sequence_number: '2' })]);

    expect(built.stg_events).toEqual([]);
    expect(column(built.stg_late_events, 'event_id')).toEqual(['e1']);
  });

  test('carries its coordinates', async () => {
    const built = await stage([copy('e1', { _sequence_number: '7', _record_index: '3' })]);

    expect(pick(built.stg_events, 'ledger_id', 'shard_id', 'sequence_number', 'record_index')).toEqual([
      { ledger_id: 'l1', shard_id: 'shardId-000000000000', sequence_number: '7', record_index: 3 },
    ]);
  });

  test('lies in an object that the ledger names as raw', async () => {
    const built = await stage([copy('e1', { $path: 'lake/of-nobody' })]);

    expect(built.event_copies).toEqual([]);
  });
});

describe('an event is too late', () => {
  test('one microsecond after the allowed lateness, and in time at it', async () => {
    const arrival = '2026-03-04T10:00:00.000Z';
    const inTime = copy('at', { _arrival_time: arrival, event_time: '2026-03-01T10:00:00.000000Z' });
    const tooLate = copy('after', { _arrival_time: arrival, event_time: '2026-03-01T09:59:59.999999Z' });

    const built = await stage([inTime, tooLate]);

    expect(pick(built.stg_events, 'event_id', 'lateness_s')).toEqual([
      { event_id: 'at', lateness_s: 259_200 },
    ]);
    expect(pick(built.stg_late_events, 'event_id', 'arrival_date', 'lateness_s')).toEqual([
      { event_id: 'after', arrival_date: '2026-03-04', lateness_s: 259_200.000001 },
    ]);
  });

  test('never when it comes from the future', async () => {
    const built = await stage([copy('e1', { event_time: '2026-03-01T10:30:00Z' })]);

    expect(column(built.stg_events, 'lateness_s')).toEqual([-1799]);
  });
});

describe('a time', () => {
  const TIMES: [string, string][] = [
    ['2026-03-01T10:00:00Z', '2026-03-01 10:00:00.000000'],
    ['2026-03-01T10:00:00.1Z', '2026-03-01 10:00:00.100000'],
    ['2026-03-01T10:00:00.123456Z', '2026-03-01 10:00:00.123456'],
    ['2026-03-01T00:30:00.000001+14:00', '2026-02-28 10:30:00.000001'],
    ['2026-02-28T23:30:00-03:30', '2026-03-01 03:00:00.000000'],
    ['2024-02-29T23:59:59.999999Z', '2024-02-29 23:59:59.999999'],
  ];
  for (const [text, utc] of TIMES) {
    test(`${text} is ${utc} UTC`, async () => {
      const built = await stage([copy('e1', { event_time: text })]);

      expect(column(built.event_copies, 'event_time')).toEqual([utc]);
    });
  }

  test('decides the event date in UTC', async () => {
    const built = await stage([
      copy('e1', { event_time: '2026-03-01T01:00:00+02:00', _arrival_time: '2026-03-01T00:00:00.000Z' }),
    ]);

    expect(column(built.stg_events, 'event_date')).toEqual(['2026-02-28']);
  });

  test('that does not cast keeps the event out of staging and is named', async () => {
    const built = await stage([copy('e1', { event_time: 'yesterday' })]);

    expect(built.stg_events).toEqual([]);
    expect(column(built.event_copies, 'uncast_fields')).toEqual(['event_time']);
  });
});

describe('a number', () => {
  const PRICES: [string, string][] = [
    ['19.95', '19.9500'],
    ['10', '10.0000'],
    ['10.0', '10.0000'],
    ['1e1', '10.0000'],
    ['1.5E-3', '0.0015'],
    ['0.0001', '0.0001'],
    ['99999999', '99999999.0000'],
  ];
  for (const [text, money] of PRICES) {
    test(`${text} is the price ${money}`, async () => {
      const built = await stage([copy('e1', { event_type: 'add_to_cart', unit_price: text })]);

      expect(column(built.stg_events, 'unit_price')).toEqual([money]);
    });
  }
  for (const text of ['3', '3.0', '3e0', '0.3e1']) {
    test(`${text} is the quantity 3`, async () => {
      const built = await stage([copy('e1', { event_type: 'add_to_cart', quantity: text })]);

      expect(pick(built.event_copies, 'quantity', 'uncast_fields')).toEqual([
        { quantity: 3, uncast_fields: null },
      ]);
    });
  }

  test('the highest refund stays exact', async () => {
    const built = await stage([
      copy('e1', { event_type: 'refund', amount: '999999999.9999' }),
      copy('e2', { event_type: 'refund', amount: '9999999999999e-4' }),
    ]);

    expect(column(built.stg_events, 'amount')).toEqual(['999999999.9999', '999999999.9999']);
  });

  test('that does not cast is null, and named', async () => {
    const built = await stage([copy('e1', { event_type: 'add_to_cart', quantity: 'many', unit_price: '?' })]);

    expect(pick(built.event_copies, 'quantity', 'uncast_fields')).toEqual([
      { quantity: null, uncast_fields: 'quantity,unit_price' },
    ]);
  });
});

describe('a field that another type owns', () => {
  test('is ignored, whatever it holds', async () => {
    const foreign = {
      engaged_time_ms: '-5',
      search_term: 'x',
      product_id: 'o 1 ö',
      quantity: 'many',
      unit_price: '1e20',
      currency: 'eur',
      order_id: 'o 1',
      items: 'no list',
      discount: '12,50',
      shipping: '-1',
      tax: 'incl.',
      refund_id: 'r 1',
      amount: '12,50',
      impressions: '1e30',
      clicks: 'many',
      cost: '?',
      audience: 'x',
      viewing_time_ms: 'long',
    };
    const built = await stage([copy('e1', { event_type: 'sign_up', ...foreign })]);

    const nothing = Object.fromEntries(Object.keys(foreign).map((field) => [field, null]));
    expect(built.event_copies).toMatchObject([{ event_id: 'e1', ...nothing, uncast_fields: null }]);
    expect(column(built.stg_events, 'event_id')).toEqual(['e1']);
  });

  test('is kept by the types that own it', async () => {
    const built = await stage([
      copy('e1', { event_type: 'refund', refund_id: 'r1', order_id: 'o1', amount: '5', currency: 'EUR' }),
      copy('e2', { event_type: 'ad_spend', cost: '7', currency: 'EUR', impressions: '9', tax: '1' }),
    ]);

    expect(
      pick(built.stg_events, 'refund_id', 'order_id', 'amount', 'currency', 'cost', 'impressions', 'tax'),
    ).toEqual([
      {
        refund_id: 'r1',
        order_id: 'o1',
        amount: '5.0000',
        currency: 'EUR',
        cost: null,
        impressions: null,
        tax: null,
      },
      {
        refund_id: null,
        order_id: null,
        amount: null,
        currency: 'EUR',
        cost: '7.0000',
        impressions: 9,
        tax: null,
      },
    ]);
  });
});

test('a time in lower case is the time that it names', async () => {
  const built = await stage([copy('e1', { event_time: '2026-03-01t10:00:00.5z' })]);

  expect(column(built.stg_events, 'event_time')).toEqual(['2026-03-01 10:00:00.500000']);
});

test('a line that the engine could not read is a row of nulls that staging leaves out', async () => {
  const built = await stage([{ $path: 'lake/l1' }]);

  expect(built.stg_events).toEqual([]);
  expect(column(built.event_copies, 'uncast_fields')).toEqual([
    'event_id,arrival_time,event_time,schema_version',
  ]);
});
