/** An ISO 4217 code as it is, or a RangeError: settings come from outside. */
export function isoCurrency(code: string): string {
  if (!/^[A-Z]{3}$/.test(code)) {
    throw new RangeError(`"${code}" is no currency; allowed: three capital letters of ISO 4217, such as EUR`);
  }
  return code;
}
