/** Measures that count things; all others are money. */
const COUNTS = /^(orders|units|entered|reached_\d)$/;

/** A number of the history as it is written: money with four places, counts without any. */
export function numberText(measure: string, value: string | null): string {
  if (value === null) return 'none';
  return COUNTS.test(measure) ? value.replace(/\.0+$/, '') : value;
}

/** `to - from`, exactly, with four places; a number that is not there counts as 0. */
export function difference(from: string | null, to: string | null): string {
  const units = tenThousandths(to) - tenThousandths(from);
  const digits = String(units < 0n ? -units : units).padStart(5, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** `+30.0000`, `-2`. */
export function differenceText(measure: string, from: string | null, to: string | null): string {
  const text = numberText(measure, difference(from, to));
  return text.startsWith('-') ? text : `+${text}`;
}

function tenThousandths(value: string | null): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(value ?? '0');
  if (match === null) throw new RangeError(`"${value}" is no decimal of at most four places`);
  const [, sign, whole = '', places = ''] = match;
  const units = BigInt(whole + places.padEnd(4, '0'));
  return sign === '-' ? -units : units;
}
