import type { Random } from './random.ts';

/** A UUID of version 7: 48 bits of time, then 74 random bits. @param timeMs 0 .. 2^48 - 1 */
export function uuidV7(timeMs: number, random: Random): string {
  const time = hex(timeMs, 12);
  const high = hex(Math.floor(random.uniform() * 2 ** 12), 3);
  const variant = '89ab'.charAt(Math.floor(random.uniform() * 4));
  const low = hex(Math.floor(random.uniform() * 2 ** 12), 3);
  const node = hex(Math.floor(random.uniform() * 2 ** 48), 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${high}-${variant}${low}-${node}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
