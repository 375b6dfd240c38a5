import { describe, expect, it } from 'vitest';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';
import { cells, tell, truthOf } from './history.ts';

describe('copies in the truth', () => {
  it('count as duplicates when only the time of sending differs', () => {
    const first = tell('page_view', '2026-01-05T10:00:00Z', { id: 1 });
    const again = tell('page_view', '2026-01-05T10:00:00Z', {
      id: 1,
      sentTimeUs: 7,
      arrives: '2026-01-05T10:00:05Z',
    });

    const { totals } = truthOf([first, again]);

    expect([totals.received, totals.events, totals.duplicates, totals.quarantined]).toEqual([2, 1, 1, 0]);
  });

  it('count as conflicts, in quarantine, when anything else differs', () => {
    const first = tell('page_view', '2026-01-05T10:00:00Z', { id: 1, pagePath: '/a' });
    const other = tell('page_view', '2026-01-05T10:00:00Z', {
      id: 1,
      pagePath: '/b',
      arrives: '2026-01-05T10:00:05Z',
    });

    const { totals, tables } = truthOf([first, other]);

    expect(totals.quarantinedByReason).toEqual({ id_conflict: 1 });
    expect(totals.duplicates).toBe(0);
    expect(cells(tables.stg_events, 'page_path')).toEqual([['/a']]);
  });

  it('let the first arrival decide whether an event is too late', () => {
    const inTime = tell('page_view', '2026-01-05T10:00:00Z', { id: 1, arrives: '2026-01-08T10:00:00Z' });
    const later = tell('page_view', '2026-01-05T10:00:00Z', { id: 1, arrives: '2026-01-09T10:00:00Z' });

    const { totals, tables } = truthOf([inTime, later]);

    expect([totals.staged, totals.tooLate]).toEqual([1, 0]);
    expect(cells(tables.stg_events, 'lateness_s')).toEqual([[259_200]]);
  });
});

describe('lateness in the truth', () => {
  it('is in time at exactly three days and too late a millisecond beyond', () => {
    const { tables } = truthOf([
      tell('page_view', '2026-01-05T10:00:00Z', { id: 1, arrives: '2026-01-08T10:00:00.000Z' }),
      tell('page_view', '2026-01-05T10:00:00Z', { id: 2, arrives: '2026-01-08T10:00:00.001Z' }),
    ]);

    expect(cells(tables.stg_events, 'lateness_s')).toEqual([[259_200]]);
    expect(cells(tables.stg_late_events, 'lateness_s', 'arrival_date')).toEqual([
      [259_200.001, '2026-01-08'],
    ]);
  });
});

describe('totals of the truth', () => {
  it('count refused records by reason and put the watermark three days before the newest arrival', () => {
    const refused: SimulatedRecord = {
      partitionKey: 'd1',
      data: new Uint8Array(),
      arrivalTimeMs: Date.parse('2026-01-08T00:00:00Z'),
      faults: ['malformed'],
      content: { kind: 'refused', reason: 'not_json' },
    };

    const { totals } = truthOf([tell('page_view', '2026-01-05T10:00:00Z'), refused]);

    expect(totals.quarantinedByReason).toEqual({ not_json: 1 });
    expect(totals.received).toBe(2);
    expect(totals.watermark).toBe('2026-01-05 00:00:00.000000');
    expect(totals.eventsByTypeAndDay).toEqual({ page_view: { '2026-01-05': 1 } });
  });
});
