import type { Dataset, DatasetColumn } from './dataset.ts';
import type { ExtraColumn, HeaderMatch } from './header.ts';

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;

/**
 * A row as it lands: the members of a JSON object without its opening brace, so that coordinates can be put in front.
 * Every value is text, as it was read; what is absent or empty is left out.
 *
 * @param values a text per column of the dataset, in its order
 * @param extra values of columns that the dataset does not know; null when there are none
 */
export function rowText(
  dataset: Dataset,
  values: readonly (string | null)[],
  extra: Readonly<Record<string, unknown>> | null,
): string {
  let text = '';
  let at = 0;
  for (const { name } of dataset.columns) {
    const value = values[at] ?? null;
    at += 1;
    if (value !== null) text += `${text === '' ? '' : ','}"${name}":${JSON.stringify(value)}`;
  }
  return extra === null ? `${text}}` : `${text},"_extra":${JSON.stringify(extra)}}`;
}

/** The values of the dataset's columns in a row of cells; null where a cell is empty or the column absent. */
export function valuesOf(match: HeaderMatch, cells: readonly string[]): readonly (string | null)[] {
  return match.places.map((place) => {
    const cell = place < 0 ? '' : (cells[place] ?? '');
    return cell === '' ? null : cell;
  });
}

/**
 * Filled cells of columns that the dataset does not know, by name; null when there are none. Without a prototype, since
 * names come from outside.
 */
export function extraOf(
  extra: readonly ExtraColumn[],
  cells: readonly string[],
): Readonly<Record<string, string>> | null {
  let found: Record<string, string> | null = null;
  for (const { name, place } of extra) {
    const cell = cells[place] ?? '';
    if (cell === '') continue;
    found ??= withoutPrototype();
    found[name] = cell;
  }
  return found;
}

function withoutPrototype(): Record<string, string> {
  return Object.create(null);
}

/**
 * The event that a row of cells tells, as JSON text for the contract to judge: numbers where the contract wants them,
 * the list of items as it stands. What does not read as its type stays text, which the contract refuses by name.
 */
export function eventText(
  dataset: Dataset,
  values: readonly (string | null)[],
  extra: Readonly<Record<string, string>> | null,
): string {
  const members: string[] = [];
  let at = 0;
  for (const column of dataset.columns) {
    const value = values[at] ?? null;
    at += 1;
    if (value !== null) members.push(`"${column.name}":${eventValue(column, value)}`);
    else if (column.name === 'schema_version') members.push('"schema_version":1');
  }
  for (const [name, value] of Object.entries(extra ?? {})) {
    members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
  }
  return `{${members.join(',')}}`;
}

function eventValue({ type }: DatasetColumn, value: string): string {
  if (type === 'integer' && INTEGER.test(value)) return value;
  if (type === 'list' && isJsonArray(value)) return value.replace(/[\r\n]/g, ' ');
  return JSON.stringify(value);
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
