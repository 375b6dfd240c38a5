/**
 * The one renderer of SQL literals. Values from outside reach SQL text only through here, by type; identifiers come
 * from parsed headers, whose names are checked.
 */

export type Literal = string | number | bigint | boolean | null;

/** Text in quotes, quotes doubled. NUL and lone surrogates have no literal in any engine: TypeError. */
export function textLiteral(value: string): string {
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new TypeError('a text with NUL or a lone surrogate cannot be written as SQL');
  }
  return `'${value.replaceAll("'", "''")}'`;
}

/** `date '2026-01-31'`. Throws TypeError for a date that the calendar does not have, or outside years 1 to 9999. */
export function dateLiteral(date: string): string {
  if (!isDate(date)) throw new TypeError(`"${date}" is no date YYYY-MM-DD`);
  return `date '${date}'`;
}

/** `timestamp '2026-01-31 10:15:00.123456'` of an ISO time in UTC. */
export function timestampLiteral(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,6}))?Z$/.exec(iso);
  if (match?.[1] === undefined || !isDate(match[1])) {
    throw new TypeError(`"${iso}" is no UTC time of at most six places`);
  }
  return `timestamp '${match[1]} ${match[2]}.${(match[3] ?? '').padEnd(6, '0')}'`;
}

/** A value as a column type spells it; null is a typed null, so that VALUES keep their types in every engine. */
export function literalOf(type: string, value: Literal): string {
  if (value === null) return `cast(null as ${type})`;
  switch (type) {
    case 'varchar':
      return textLiteral(String(value));
    case 'date':
      return dateLiteral(String(value));
    case 'timestamp(6)':
      return timestampLiteral(String(value));
    case 'boolean':
      return value === true ? 'true' : 'false';
    case 'double':
      return `cast('${doubleText(Number(value))}' as double)`;
    case 'integer':
      return integerLiteral(type, value, 2n ** 31n);
    case 'bigint':
      return integerLiteral(type, value, 2n ** 63n);
    default:
      return decimalLiteral(type, String(value));
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/** In quotes, so that no engine reads the smallest integer as a minus before one that is too large. */
function integerLiteral(type: string, value: Literal, bound: bigint): string {
  const text = String(value);
  if (!/^-?\d{1,19}$/.test(text) || BigInt(text) >= bound || BigInt(text) < -bound) {
    throw new TypeError(`"${text}" is no ${type}`);
  }
  return `cast('${text}' as ${type})`;
}

/** Engines round what has more places than the type, without a word. */
function decimalLiteral(type: string, text: string): string {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision === undefined) throw new TypeError(`${type} has no literal`);
  const [, whole, places = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  const fits =
    whole !== undefined &&
    /\d/.test(text) &&
    whole.length <= Number(precision) - Number(scale) &&
    places.length <= Number(scale);
  if (!fits) throw new TypeError(`"${text}" is no ${type}`);
  return `cast('${text}' as ${type})`;
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no finite number`);
  return Object.is(value, -0) ? '-0' : String(value);
}
