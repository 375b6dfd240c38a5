import { describe, expect, it } from 'vitest';
import type { Arrivals, Cause } from '../../../local/cli/late/causes.ts';
import {
  changedDatesText,
  dateHistoryText,
  durationText,
  type ExplainedHistory,
} from '../../../local/cli/late/late-text.ts';
import { difference, differenceText, numberText } from '../../../local/cli/late/numbers.ts';

const ARRIVALS: Arrivals = {
  ...{ cause: 'arrivals', source: 'events', origin: 'stream', recovered_from: null, file_name: null },
  ...{ batches: 2, ledger_ids: ['a', 'b'], events: 3, max_lateness_s: 183_600 },
  ...{ arrived_from: '2026-03-02T16:00:00Z', arrived_to: '2026-03-04T09:00:00Z' },
};

function historyOf(causes: readonly Cause[], wasFinal = true): ExplainedHistory {
  const run = (run_id: string) => ({
    run_id,
    recorded_at: '2026-03-05T00:00:00Z',
    reason: '1 ledger rows to stage',
  });
  return {
    ...{ table: 'daily_sales', item: 'all', published: run('r1'), final: run('r2') },
    numbers: [
      { measure: 'net', published: '90.0000', final: '90.0000', now: '120.5000' },
      { measure: 'orders', published: '3.0000', final: '4.0000', now: '4.0000' },
    ],
    changes: [
      {
        ...run('r3'),
        ...{ was_final: wasFinal, causes },
        numbers: [{ measure: 'net', from: '90.0000', to: '120.5000', difference: '30.5000' }],
      },
    ],
  };
}

describe('numbers of the history', () => {
  it('differ exactly, to the fourth place, and what is not there counts as nothing', () => {
    expect(difference('99999999999999.9999', '-0.0001')).toBe('-100000000000000.0000');
    expect(difference('0.3', '0.1')).toBe('-0.2000');
    expect(difference(null, '2')).toBe('2.0000');
    expect(() => difference('1e5', '0')).toThrow('1e5');
  });

  it('of counts stand without places, those of money with all', () => {
    expect(numberText('orders', '3.0000')).toBe('3');
    expect(numberText('reached_4', '10.0000')).toBe('10');
    expect(numberText('net', '3.0000')).toBe('3.0000');
    expect(numberText('net', null)).toBe('none');
    expect(differenceText('entered', '4.0000', '2.0000')).toBe('-2');
    expect(differenceText('net', '1.0000', '1.5000')).toBe('+0.5000');
  });
});

describe('the list of dates', () => {
  it('says so when nothing has changed', () => {
    expect(changedDatesText([], null)).toBe('No number of a day that was over has changed.');
  });

  it('compares with what was final first, else with what was published first', () => {
    const date = {
      ...{ date: '2026-03-01', table: 'daily_sales', item: 'all', runs: 2, numbers_changed: 4 },
      ...{
        numbers_changed_after_final: 0,
        measure: 'net',
        published: '10.0000',
        final: '12.0000',
        now: '15.0000',
      },
    };

    const text = changedDatesText([date, { ...date, numbers_changed_after_final: 1 }], null);

    const [, , first, second] = text.split('\n');
    expect(first?.split(/\s{2,}/)).toEqual([
      '2026-03-01',
      'daily_sales',
      'all',
      'published',
      '4',
      '2',
      'net',
      '10.0000',
      '15.0000',
      '+5.0000',
    ]);
    expect(second?.split(/\s{2,}/)).toEqual([
      '2026-03-01',
      'daily_sales',
      'all',
      'final',
      '1',
      '2',
      'net',
      '12.0000',
      '15.0000',
      '+3.0000',
    ]);
  });
});

describe('the history of a date', () => {
  it('says so when no run has recorded it, or nothing has changed', () => {
    expect(dateHistoryText('2026-03-01', [])).toContain('No run has recorded a number of 2026-03-01');
    expect(dateHistoryText('2026-03-01', [{ ...historyOf([]), changes: [] }])).toBe(
      'Nothing of 2026-03-01 has changed since the day was over.',
    );
  });

  it('shows each number and change with what brought it about', () => {
    const text = dateHistoryText('2026-03-01', [historyOf([ARRIVALS])]);

    expect(text).toContain('first published by run r1');
    expect(text).toMatch(/net +90\.0000 +90\.0000 +120\.5000 +\+30\.5000 +\+30\.5000/);
    expect(text).toMatch(/orders +3 +4 +4 +\+1 +-\n/);
    expect(text).toContain('Run r3, after it was final (1 ledger rows to stage)');
    expect(text).toContain('net 90.0000 -> 120.5000 (+30.5000)');
    expect(text).toContain(
      'because of events that count for the date: 3 events in 2 batches of events, arrived 2026-03-02T16:00:00Z to 2026-03-04T09:00:00Z, up to 2 d 3 h after they happened',
    );
  });

  it.each<[string, Cause]>([
    [
      'events that came too late and were let in: 3 events in 2 batches of events, by replay',
      { ...ARRIVALS, cause: 'backfill', origin: 'replay' },
    ],
    [
      'rows of a file: 1 batch of file_orders (orders.csv), arrived 2026-03-04T09:00:00Z',
      {
        ...{ ...ARRIVALS, cause: 'file', source: 'file_orders', file_name: 'orders.csv', batches: 1 },
        ...{ events: null, max_lateness_s: null, arrived_from: ARRIVALS.arrived_to },
      },
    ],
    ['identity: events of 2 devices went to another person', { cause: 'identity', devices: 2 }],
    ['models or settings that changed', { cause: 'models' }],
    ['objects that were set aside or rebuilt', { cause: 'objects' }],
    ['nothing that the tables still tell', { cause: 'unknown' }],
  ])('names %s', (expected, cause) => {
    const text = dateHistoryText('2026-03-01', [historyOf([cause], false)]);

    expect(text).toContain(`because of ${expected}`);
    expect(text).not.toContain('after it was final');
  });

  it('tells a lateness in its two greatest units', () => {
    expect([0, 0.4, 59, 60, 3_661, 86_400, 90_061].map(durationText)).toEqual([
      '0 s',
      '0 s',
      '59 s',
      '1 min',
      '1 h 1 min',
      '1 d',
      '1 d 1 h',
    ]);
  });
});
