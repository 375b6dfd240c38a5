import { describe, expect, it } from 'vitest';
import { activityLevel, nextMoment } from '../../simulator/day-curve.ts';
import { randomStream } from '../../simulator/random.ts';

const HOUR_MS = 3_600_000;
/** A Monday. */
const MONDAY_MS = Date.parse('2026-10-19T00:00:00Z');
const WEEK_HOURS = Array.from({ length: 168 }, (_, hour) => MONDAY_MS + hour * HOUR_MS);

describe('day curve', () => {
  it('has a mean of 1 over the week', () => {
    const mean = WEEK_HOURS.reduce((total, hour) => total + activityLevel(hour), 0) / WEEK_HOURS.length;

    expect(mean).toBeCloseTo(1, 2);
  });

  it('has two peaks a day', () => {
    const day = WEEK_HOURS.slice(0, 24).map(activityLevel);
    const peaks = day.flatMap((level, hour) =>
      hour > 0 && level > (day[hour - 1] ?? 0) && level > (day[hour + 1] ?? 0) ? [hour] : [],
    );

    expect(peaks).toEqual([13, 20]);
  });

  it('is highest on Monday and lowest on Friday', () => {
    const noon = (date: string) => activityLevel(Date.parse(`${date}T12:00:00Z`));

    expect(noon('2026-10-19') / noon('2026-10-23')).toBeCloseTo(15.3 / 13.3, 10);
    expect(noon('2026-10-18') / noon('2026-10-20')).toBeCloseTo(14.8 / 14.15, 10);
  });

  it('gives moments at the rate asked for, at the busy hours of the place', () => {
    const random = randomStream(1);
    const moments: number[] = [];
    let timeMs = MONDAY_MS;
    while (timeMs < MONDAY_MS + 700 * 24 * HOUR_MS) {
      timeMs = nextMoment(timeMs, { perDay: 8, utcOffsetHours: -5 }, random);
      moments.push(timeMs);
    }
    const utcHours = moments.map((moment) => new Date(moment).getUTCHours());
    const at = (hour: number) => utcHours.filter((other) => other === hour).length;

    expect(Math.abs(moments.length / 700 / 8 - 1)).toBeLessThan(0.05);
    // 20:00 in New York is 01:00 UTC.
    expect(at(1)).toBeGreaterThan(5 * at(9));
  });
});
