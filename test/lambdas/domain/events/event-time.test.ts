import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEventTime, TIME_PATTERN } from '../../../../lambdas/domain/events/event-time.ts';
import { isoFromUs } from '../../../../lambdas/domain/time.ts';

describe('an event time', () => {
  it('is exact to the microsecond', () => {
    expect(parseEventTime('2026-01-31T10:15:00.123456Z')).toBe(1_769_854_500_123_456);
    expect(parseEventTime('2026-01-31T10:15:00.1Z')).toBe(1_769_854_500_100_000);
    expect(parseEventTime('1970-01-01T00:00:00Z')).toBe(0);
  });

  it('is moved to UTC by its offset', () => {
    const utc = parseEventTime('2026-01-31T10:15:00Z');

    expect(parseEventTime('2026-01-31T12:45:00+02:30')).toBe(utc);
    expect(parseEventTime('2026-01-30T20:15:00.000-14:00')).toBe(utc);
    expect(parseEventTime('2026-02-01T00:15:00+14:00')).toBe(utc);
    expect(parseEventTime('2026-01-31T10:15:00-00:00')).toBe(utc);
  });

  it('is none beyond 14 hours of offset', () => {
    expect(parseEventTime('2026-01-31T10:15:00+14:01')).toBeNull();
    expect(parseEventTime('2026-01-31T10:15:00-14:01')).toBeNull();
  });

  it.each([
    ['2024-02-29T00:00:00Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['2000-02-29T00:00:00Z', true],
    ['2100-02-29T00:00:00Z', false],
    ['2026-04-30T00:00:00Z', true],
    ['2026-04-31T00:00:00Z', false],
    ['2026-12-31T23:59:59Z', true],
  ])('%s lies in the calendar: %s', (text, isValid) => {
    expect(parseEventTime(text) !== null).toBe(isValid);
  });

  it.each([
    '2026-01-31T10:15:00',
    '2026-01-31 10:15:00Z',
    '2026-01-31T10:15Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T10:60:00Z',
    '2026-01-31T10:15:60Z',
    '2026-13-01T10:15:00Z',
    '2026-00-01T10:15:00Z',
    '2026-01-00T10:15:00Z',
    '2026-01-31T10:15:00.Z',
    '2026-01-31T10:15:00.1234567Z',
    '2026-01-31T10:15:00,5Z',
    '2026-01-31T10:15:00+0200',
    '2026-01-31T10:15:00+15:00',
    ' 2026-01-31T10:15:00Z',
    '2026-01-31T10:15:00Z\n',
  ])('%j does not match the pattern', (text) => {
    expect(TIME_PATTERN.test(text)).toBe(false);
  });

  it('may have its letters in lower case, as RFC 3339 lets them', () => {
    for (const text of ['2026-01-31t10:15:00z', '2026-01-31t10:15:00.25+00:00', '2026-01-31T10:15:00.5z']) {
      expect(TIME_PATTERN.test(text)).toBe(true);
      expect(parseEventTime(text)).toBe(Date.parse(text.toUpperCase()) * 1000);
    }
  });

  it('agrees with Date and with its own text, in all years whose microseconds a double holds', () => {
    const seconds = fc.integer({ min: -9_007_199_254, max: 9_007_199_253 });

    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 999_999 }), (second, fraction) => {
        const us = second * 1_000_000 + fraction;
        const text = isoFromUs(us);

        expect(TIME_PATTERN.test(text)).toBe(true);
        expect(parseEventTime(text)).toBe(us);
      }),
      { numRuns: 2_000 },
    );
  });
});
