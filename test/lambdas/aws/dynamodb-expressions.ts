import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type WireItem = Record<string, AttributeValue>;

export interface Placeholders {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: WireItem;
}

/** The conditions that the adapters send: attribute_(not_)exists, =, <, AND, OR, parentheses. */
export function holds(condition: string, item: WireItem | undefined, at: Placeholders): boolean {
  const tokens = condition.match(/[()]|[<=]|[#:\w]+/g) ?? [];
  let place = 0;
  const next = (): string => tokens[place++] ?? '';

  function either(): boolean {
    let result = both();
    while (tokens[place] === 'OR') {
      place += 1;
      const right = both();
      result = result || right;
    }
    return result;
  }
  function both(): boolean {
    let result = single();
    while (tokens[place] === 'AND') {
      place += 1;
      const right = single();
      result = result && right;
    }
    return result;
  }
  function single(): boolean {
    const first = next();
    if (first === '(') return closed(either());
    if (first === 'attribute_not_exists' || first === 'attribute_exists') {
      place += 1;
      const name = nameOf(next(), at);
      const stands = item?.[name] !== undefined;
      return closed(first === 'attribute_exists' ? stands : !stands);
    }
    const operator = next();
    const placeholder = next();
    return compare(item?.[nameOf(first, at)], operator, at.ExpressionAttributeValues?.[placeholder]);
  }
  function closed(result: boolean): boolean {
    if (next() !== ')') throw new Error(`no closing parenthesis in ${condition}`);
    return result;
  }

  const result = either();
  if (place !== tokens.length) throw new Error(`cannot read ${condition} from ${tokens[place]} on`);
  return result;
}

function compare(
  left: AttributeValue | undefined,
  operator: string,
  right: AttributeValue | undefined,
): boolean {
  if (right === undefined) throw new Error('a comparison with no value');
  if (left === undefined) return false;
  const [a, b] = left.N === undefined ? [left.S ?? '', right.S ?? ''] : [Number(left.N), Number(right.N)];
  if (operator === '=') return a === b;
  if (operator === '<') return a < b;
  throw new Error(`unknown operator ${operator}`);
}

/** `SET a = :a, #b = :b` or `REMOVE a`. */
export function updated(expression: string, item: WireItem, at: Placeholders): WireItem {
  const result = { ...item };
  const [, verb = '', clauses = ''] = /^(SET|REMOVE) (.*)$/.exec(expression) ?? [];
  if (verb === '') throw new Error(`unknown update ${expression}`);
  for (const clause of clauses.split(', ')) {
    const [name = '', placeholder = ''] = clause.split(' = ');
    if (verb === 'REMOVE') {
      delete result[nameOf(name, at)];
      continue;
    }
    const value = at.ExpressionAttributeValues?.[placeholder];
    if (value === undefined) throw new Error(`no value ${placeholder}`);
    result[nameOf(name, at)] = value;
  }
  return result;
}

function nameOf(name: string, at: Placeholders): string {
  return name.startsWith('#') ? (at.ExpressionAttributeNames?.[name] ?? name) : name;
}
