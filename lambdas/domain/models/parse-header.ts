import { parseFlags } from './column-tests.ts';
import { type Column, ModelError, type Partition } from './model.ts';

const NAME = /^[a-z_][a-z0-9_]*$/;
const COLUMN_NAME = /^(?:[a-z_][a-z0-9_]*|\$path)$/;
const TYPE = /^(?:varchar|bigint|integer|double|boolean|date|timestamp\(6\)|decimal\(\d{1,2},\d{1,2}\))$/;

export interface Header {
  readonly fields: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly columns: readonly Column[];
  readonly body: string;
}

/**
 * Splits a file under athena/ into the fields of its leading block comment and the SQL behind it.
 * Throws ModelError with the line for what the grammar (athena/README.md) does not know.
 */
export function parseHeader(file: string, text: string, allowedFields: readonly string[]): Header {
  const match = /^\s*\/\*\n([\s\S]*?)\n\*\/\n?([\s\S]*)$/.exec(text);
  if (match === null)
    throw new ModelError(file, 'does not begin with a header comment /* ... */ on lines of its own');
  const fields = new Map<string, { value: string; line: number }>();
  const columns: Column[] = [];
  let isInColumns = false;
  for (const [index, line] of (match[1] ?? '').split('\n').entries()) {
    const lineNumber = index + 2;
    if (line.trim() === '') continue;
    if (isInColumns && line.startsWith('  ')) {
      columns.push(parseColumn(file, lineNumber, line.trim()));
      continue;
    }
    const field = /^([a-z_]+):\s*(.*)$/.exec(line);
    const name = field?.[1];
    if (name === undefined || !allowedFields.includes(name)) {
      throw new ModelError(
        file,
        `line ${lineNumber}: "${line.trim()}" is no field; allowed: ${allowedFields.join(', ')}`,
      );
    }
    if (fields.has(name)) throw new ModelError(file, `line ${lineNumber}: ${name} stands twice`);
    fields.set(name, { value: (field?.[2] ?? '').trim(), line: lineNumber });
    isInColumns = name === 'columns';
  }
  rejectRepeats(file, columns);
  return { fields, columns, body: (match[2] ?? '').trim().replace(/;$/, '') };
}

function parseColumn(file: string, line: number, text: string): Column {
  const [spec = '', ...meaning] = text.split(' | ');
  const [, name = '', type = '', flags = ''] = /^(\S*)\s*(\S*)\s*(.*)$/.exec(spec.trim()) ?? [];
  if (!COLUMN_NAME.test(name)) throw new ModelError(file, `line ${line}: "${name}" is no column name`);
  if (!TYPE.test(type)) {
    throw new ModelError(
      file,
      `line ${line}: "${type}" is no type; allowed: varchar, bigint, integer, double, boolean, date, timestamp(6), decimal(p,s)`,
    );
  }
  if (meaning.length === 0) {
    throw new ModelError(file, `line ${line}: column ${name} says no meaning after " | "`);
  }
  try {
    const { isNullable, tests } = parseFlags(type, flags);
    const column = { name, type, isNullable, meaning: meaning.join(' | ').trim() };
    return tests.length === 0 ? column : { ...column, tests };
  } catch (error) {
    if (error instanceof SyntaxError) throw new ModelError(file, `line ${line}: ${error.message}`);
    throw error;
  }
}

function rejectRepeats(file: string, columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column.name)) throw new ModelError(file, `column ${column.name} stands twice`);
    seen.add(column.name);
  }
}

/** The value of a field that must be there. */
export function requiredField(file: string, header: Header, name: string): string {
  const value = header.fields.get(name)?.value;
  if (value === undefined || value === '') throw new ModelError(file, `${name}: is missing`);
  return value;
}

/** The value of a field that may be absent. */
export function optionalField(header: Header, name: string): string | undefined {
  return header.fields.get(name)?.value;
}

/** `a, b, c` as names; `none` and nothing are the empty list. */
export function parseNames(file: string, field: string, value: string | undefined): readonly string[] {
  if (value === undefined || value === '' || value === 'none') return [];
  return value.split(',').map((part) => {
    const name = part.trim();
    if (!NAME.test(name)) throw new ModelError(file, `${field}: "${name}" is no name`);
    return name;
  });
}

/** `none`, `session_date` or `month(activity_date)`. */
export function parsePartition(file: string, value: string): Partition {
  if (value === 'none') return { kind: 'none' };
  const month = /^month\(([a-z_][a-z0-9_]*)\)$/.exec(value);
  if (month?.[1] !== undefined) return { kind: 'month', column: month[1] };
  if (NAME.test(value)) return { kind: 'date', column: value };
  throw new ModelError(file, `partition: "${value}"; allowed: none, a date column, month(a date column)`);
}
