/**
 * Money of an event as whole ten-thousandths of its currency (`...Units`): four decimals are exact, and everything
 * within the bounds below is a safe integer.
 */

export const UNITS_PER_WHOLE = 10_000;

/** Highest unit price: 99,999,999. */
export const MAX_PRICE_UNITS = 99_999_999 * UNITS_PER_WHOLE;

/** Highest gross, discount, shipping, tax, refund or cost of one event: 999,999,999.9999. */
export const MAX_AMOUNT_UNITS = 9_999_999_999_999;

/** Text of a decimal without sign and exponent, with at most four places. */
export const DECIMAL_PATTERN = /^(?:0|[1-9]\d*)(?:\.\d{1,4})?$/;

/**
 * Ten-thousandths of a decimal as a producer sends it: text that matches DECIMAL_PATTERN, or a number. Null for a
 * number with more than four places. Infinity for what lies beyond every bound.
 */
export function toUnits(decimal: string | number): number | null {
  return typeof decimal === 'string' ? unitsOfText(decimal) : unitsOfNumber(decimal);
}

function unitsOfText(text: string): number {
  const dot = text.indexOf('.');
  const whole = dot < 0 ? text : text.slice(0, dot);
  if (whole.length > 10) return Number.POSITIVE_INFINITY;
  const places = dot < 0 ? '' : text.slice(dot + 1);
  return Number(whole) * UNITS_PER_WHOLE + Number(places.padEnd(4, '0'));
}

function unitsOfNumber(value: number): number | null {
  if (value >= 1e10) return Number.POSITIVE_INFINITY;
  const units = Math.round(value * UNITS_PER_WHOLE);
  // Both divisions round to the nearest double, so they are equal exactly when the number was written with <= 4 places.
  return units / UNITS_PER_WHOLE === value ? units : null;
}

/** `1234.5000` of ten-thousandths. */
export function decimalText(units: bigint): string {
  const text = String(units).padStart(5, '0');
  return `${text.slice(0, -4)}.${text.slice(-4)}`;
}
