/** Money is a whole number of ten-thousandths. */
export type Money = bigint;

const UNITS = 10_000n;

/** Reads a decimal with at most four places, sent as a number or as text. */
export function parseMoney(sent: unknown): Money {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(String(sent));
  if (match === null) throw new RangeError(`no money: ${String(sent)}`);
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole) * UNITS + BigInt(fraction.padEnd(4, '0'));
  return sign === '-' ? -units : units;
}

/** `-12.3400`. */
export function moneyText(money: Money): string {
  const size = money < 0n ? -money : money;
  return `${money < 0n ? '-' : ''}${size / UNITS}.${String(size % UNITS).padStart(4, '0')}`;
}

export function moneyTextOrNull(money: Money | null): string | null {
  return money === null ? null : moneyText(money);
}

/** Nulls count nothing. */
export function sumOf(values: readonly (Money | null)[]): Money {
  return values.reduce<Money>((sum, value) => sum + (value ?? 0n), 0n);
}

/** A share of money, half away from zero. */
export function divided(money: Money, count: number): Money {
  const size = money < 0n ? -money : money;
  const by = BigInt(count);
  const rounded = (size * 2n + by) / (by * 2n);
  return money < 0n ? -rounded : rounded;
}
