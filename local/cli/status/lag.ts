import { formatSeconds } from '../progress.ts';

/** Seconds to an hour, then hours to two days, then days. */
export function formatLag(seconds: number): string {
  if (seconds < 3600) return formatSeconds(seconds);
  const hours = seconds / 3600;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.floor(hours / 24)} days`;
}
