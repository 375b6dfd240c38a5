import { ModelError, type Restriction, type Slice } from './model.ts';
import { parseNames } from './parse-header.ts';

const SLICE = /^(.+) of ([a-z_][a-z0-9_]*)$/;
const RESTRICTION =
  /^([a-z_][a-z0-9_]*)(?: on ([a-z0-9_=, ]+?))?(?: within ([a-z_][a-z0-9_]*))? of ([a-z_][a-z0-9_]*)$/;

/** `all`, or `anonymous_id, session_id of touched_sessions`. Throws ModelError. */
export function parseSlice(file: string, value: string): Slice {
  if (value === 'all') return { kind: 'all' };
  const match = SLICE.exec(value);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new ModelError(file, `slice: "${value}"; allowed: all, or "column, column of touched_keys"`);
  }
  return { kind: 'keys', columns: parseNames(file, 'slice', match[1]), touched: match[2] };
}

/**
 * `stg_events on anonymous_id, event_date = sale_date within event_date of touched_keys; ...`. Without `=` the column of
 * the keys has the same name. Throws ModelError.
 */
export function parseRestrictions(file: string, value: string | undefined): readonly Restriction[] {
  if (value === undefined || value === '') return [];
  return value.split(';').map((part) => {
    const [, input, on, within, touched] = RESTRICTION.exec(part.trim()) ?? [];
    if (input === undefined || touched === undefined || (on === undefined && within === undefined)) {
      throw new ModelError(
        file,
        `restrict: "${part.trim()}" is written as "input on column, column = key within date_column of touched_keys"`,
      );
    }
    return { input, on: on === undefined ? [] : parsePairs(file, on), within: within ?? null, touched };
  });
}

function parsePairs(file: string, text: string): Restriction['on'] {
  return text.split(',').map((pair) => {
    const [column = '', key = column] = pair.split('=').map((name) => name.trim());
    parseNames(file, 'restrict', `${column}, ${key}`);
    return { column, key };
  });
}
