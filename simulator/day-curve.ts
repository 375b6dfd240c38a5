import { MS_PER_DAY, MS_PER_HOUR } from '../lambdas/domain/time.ts';
import type { Random } from './random.ts';

/** Sessions by day of the week from Sunday, percent: Sunday, Monday and Friday published, the others share the rest. */
const WEEKDAY_SHARES = [14.8, 15.3, 14.15, 14.15, 14.15, 13.3, 14.15] as const;

/** Two peaks of the local day: at lunch and, higher, in the evening; hour, height, width in hours (ours). */
const PEAKS = [
  { hour: 12.5, height: 1, width: 2.5 },
  { hour: 20.5, height: 1.5, width: 2 },
] as const;
const NIGHT_LEVEL = 0.12;

/** Above every value that `activityLevel` takes; thinning needs such a bound. */
const HIGHEST_LEVEL = 2.6;

/** How busy the shop is at a moment of local time, as a multiple of the mean over the week (which is about 1). */
export function activityLevel(localTimeMs: number): number {
  const day = Math.floor(localTimeMs / MS_PER_DAY);
  const hour = (localTimeMs - day * MS_PER_DAY) / MS_PER_HOUR;
  const weekday = (((day + 4) % 7) + 7) % 7;
  const weekdayLevel = ((WEEKDAY_SHARES[weekday] ?? 0) / 100) * 7;
  return (weekdayLevel * hourLevel(hour)) / MEAN_HOUR_LEVEL;
}

function hourLevel(hour: number): number {
  const peaks = PEAKS.map(({ hour: top, height, width }) => {
    const away = Math.min(Math.abs(hour - top), 24 - Math.abs(hour - top));
    return height * Math.exp(-((away / width) ** 2) / 2);
  });
  return peaks.reduce((sum, level) => sum + level, NIGHT_LEVEL);
}

const MEAN_HOUR_LEVEL = Array.from({ length: 24 }, (_, hour) => hourLevel(hour)).reduce(
  (sum, level) => sum + level / 24,
  0,
);

/**
 * The next moment of a Poisson process whose rate follows the day curve, by thinning (Lewis and Shedler): candidates come
 * at the highest rate, and each is kept with the ratio of the curve there to the bound.
 *
 * @param perDay mean number of moments a day
 */
export function nextMoment(
  afterMs: number,
  rate: { readonly perDay: number; readonly utcOffsetHours: number },
  random: Random,
): number {
  const meanGapMs = MS_PER_DAY / (rate.perDay * HIGHEST_LEVEL);
  let timeMs = afterMs;
  do {
    timeMs += Math.max(1, random.exponential(meanGapMs));
  } while (!random.chance(activityLevel(timeMs + rate.utcOffsetHours * MS_PER_HOUR) / HIGHEST_LEVEL));
  return Math.floor(timeMs);
}
