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

/** `date '2026-01-31'`. */
export function dateLiteral(date: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new TypeError(`"${date}" is no date YYYY-MM-DD`);
  return `date '${date}'`;
}

/** `timestamp '2026-01-31 10:15:00.123456'` of an ISO time in UTC. */
export function timestampLiteral(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z$/.exec(iso);
  if (match === null) throw new TypeError(`"${iso}" is no UTC time of at most six places`);
  return `timestamp '${match[1]} ${match[2]}.${(match[3] ?? '').padEnd(6, '0')}'`;
}

/** A value as a column type spells it; null is a typed null, so that VALUES keep their types in every engine. */
export function literalOf(type: string, value: Literal): string {
  if (value === null) return `cast(null as ${type})`;
  if (type === 'varchar') return textLiteral(String(value));
  if (type === 'date') return dateLiteral(String(value));
  if (type === 'timestamp(6)') return timestampLiteral(String(value));
  if (type === 'boolean') return value === true ? 'true' : 'false';
  if (type === 'double') return `cast(${textLiteral(finite(Number(value)))} as double)`;
  if (type === 'bigint' || type === 'integer') {
    if (!/^-?\d{1,19}$/.test(String(value))) throw new TypeError(`"${value}" is no integer`);
    return `cast(${value} as ${type})`;
  }
  if (!/^-?\d{1,38}(\.\d{1,38})?$/.test(String(value))) throw new TypeError(`"${value}" is no decimal`);
  return `cast('${value}' as ${type})`;
}

function finite(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no finite number`);
  return String(value);
}
