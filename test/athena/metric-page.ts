import { FUNNEL_MODES, FUNNELS, type Funnel, funnelStepRows } from '../../lambdas/domain/funnels.ts';
import { type BuiltRows, buildModels } from './build-models.ts';
import { type Given, type GivenRow, modelOf } from './harness.ts';
import { queryTables } from './query-tables.ts';
import { lakeState, ledgerObject, rawCopy } from './rows.ts';

/**
 * The examples of the pages under docs/metrics/. A section `## Example ...` holds fenced blocks, each a small table
 * with `|` between its cells, its columns named in the first line, `-` for nothing:
 *
 *     ```given events                              what producers send, by the names of their fields
 *     ```given funnels                             declared instead of those that ship: name, mode, days, steps, without
 *     ```given lake_state                          rows of any other table
 *     ```query net_by_day from daily_sales         a SELECT of a reader over tables of the lake
 *     ```expect daily_sales where channel = email  all rows of the table or query to which this applies, in any order
 */
export interface Example {
  readonly title: string;
  readonly given: Given;
  readonly queries: readonly Query[];
  readonly expected: readonly Expectation[];
}

export interface Query {
  readonly name: string;
  readonly tables: readonly string[];
  readonly sql: string;
}

export interface Expectation {
  /** Or the name of a query. */
  readonly table: string;
  /** Column and value, both as written. */
  readonly where: readonly (readonly [column: string, value: string])[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Throws SyntaxError for a block or a line that is none of the above, so that nothing stands there unread. */
export function parseExamples(text: string): readonly Example[] {
  const [, ...sections] = text.split(/^## (?=Example)/m);
  return sections.map((section) => {
    const title = section.slice(0, section.indexOf('\n')).trim();
    const body = section.split(/^## /m)[0] ?? '';
    const blocks = [...body.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', lines = '']) =>
      parseBlock(info, lines),
    );
    const given = Object.fromEntries(
      blocks.flatMap((block) => (block.kind === 'given' ? [[block.table, block.rows] as const] : [])),
    );
    const queries = blocks.flatMap((block) => (block.kind === 'query' ? [block] : []));
    return {
      title,
      given,
      queries,
      expected: blocks.flatMap((block) => (block.kind === 'expect' ? [block] : [])),
    };
  });
}

type Block =
  | { readonly kind: 'given'; readonly table: string; readonly rows: readonly GivenRow[] }
  | ({ readonly kind: 'query' } & Query)
  | ({ readonly kind: 'expect' } & Expectation);

function parseBlock(info: string, body: string): Block {
  const [, name, tables] = /^query ([a-z_]+) from ([a-z_]+(?:, [a-z_]+)*)$/.exec(info) ?? [];
  if (name !== undefined && tables !== undefined) {
    return { kind: 'query', name, tables: tables.split(', '), sql: body };
  }
  const head = /^(given|expect) ([a-z_]+)(?: where (.+))?$/.exec(info);
  const [, kind, table = '', where] = head ?? [];
  if (head === null || (kind === 'given' && where !== undefined)) {
    throw new SyntaxError(
      `\`\`\`${info}: allowed are "given <table>", "query <name> from <table>", "expect <name> [where a = b, c = d]"`,
    );
  }
  const [columns = [], ...rows] = body.trimEnd().split('\n').map(cellsOf);
  const uneven = rows.find((row) => row.length !== columns.length);
  if (uneven !== undefined) {
    throw new SyntaxError(`${info}: "${uneven.join(' | ')}" has not the columns ${columns.join(', ')}`);
  }
  if (rows.length === 0) throw new SyntaxError(`${info}: has no row`);
  if (kind === 'expect') return { kind, table, where: conditionsOf(info, where), columns, rows };
  const cells = (row: readonly string[]) => columns.map((name, index) => [name, givenCell(row[index])]);
  return { kind: 'given', table, rows: rows.map((row) => Object.fromEntries(cells(row))) };
}

function cellsOf(line: string): readonly string[] {
  return line.split('|').map((cell) => cell.trim());
}

function givenCell(text: string | undefined): string | boolean | null {
  if (text === 'true' || text === 'false') return text === 'true';
  return text === undefined || text === '-' ? null : text;
}

function conditionsOf(info: string, where: string | undefined): Expectation['where'] {
  return (where === undefined ? [] : where.split(', ')).map((condition) => {
    const [column, value, ...rest] = condition.split(' = ');
    if (column === undefined || value === undefined || rest.length > 0) {
      throw new SyntaxError(`${info}: "${condition}" is no "column = value"`);
    }
    return [column, value];
  });
}

/** Builds the lake of an example from its events on, and returns the rows of each expectation, as the page writes rows. */
export async function runExample({
  given,
  queries,
  expected,
}: Example): Promise<readonly (readonly string[])[]> {
  const { events = [], funnels, lake_state: [state] = [], ...others } = given;
  const built: Readonly<Record<string, BuiltRows>> = await buildModels(
    {
      raw_events: events.map(rawEvent),
      ledger_objects: [ledgerObject('l1', { records: events.length })],
      funnel_steps: stepRows(funnels === undefined ? FUNNELS : funnels.map(declaredFunnel)),
      lake_state: [lakeState(state ?? {})],
      ...others,
    },
    [
      ...new Set([
        ...expected.map(({ table }) => table).filter((table) => !queries.some(({ name }) => name === table)),
        ...queries.flatMap(({ tables }) => tables),
      ]),
    ],
  );
  const answers: Record<string, BuiltRows> = { ...built };
  for (const { name, tables, sql } of queries) {
    answers[name] = await queryTables(
      sql,
      Object.fromEntries(tables.map((table) => [table, built[table] ?? []])),
    );
  }
  return expected.map(({ table, where, columns }) =>
    (answers[table] ?? [])
      .filter((row) => where.every(([column, value]) => cellText(row, column) === value))
      .map((row) => columns.map((column) => cellText(row, column)).join(' | ')),
  );
}

function stepRows(funnels: readonly Funnel[]): readonly GivenRow[] {
  const { columns } = modelOf('funnel_steps');
  return funnelStepRows(funnels).map((cells) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])),
  );
}

/** Steps are written `search > purchase`, exclusions `refund from 1 to 2; sign_up from 1 to 3`. */
function declaredFunnel({ name, mode, days, steps, without }: GivenRow): Funnel {
  const exclusions = typeof without === 'string' ? without.split('; ') : [];
  const known = FUNNEL_MODES.find((candidate) => candidate === mode);
  if (known === undefined) throw new SyntaxError(`funnels: "${mode}" is no mode`);
  return {
    name: String(name),
    mode: known,
    customerWindowDays: Number(days),
    steps: String(steps).split(' > '),
    exclusions: exclusions.map((text) => {
      const [, eventType = '', from, to] = /^(\S+) from (\d) to (\d)$/.exec(text) ?? [];
      return { eventType, afterStep: Number(from), beforeStep: Number(to) };
    }),
  };
}

/** A record as it lies in raw. One device and visit for each person, unless the page says otherwise; on time. */
function rawEvent(event: GivenRow, index: number): GivenRow {
  const device = typeof event.user_id === 'string' ? `device-of-${event.user_id}` : 'd1';
  return rawCopy(`event-${String(index).padStart(3, '0')}`, {
    _arrival_time: event.event_time ?? null,
    _sequence_number: String(index),
    anonymous_id: device,
    ...event,
    items: typeof event.items === 'string' ? itemsJson(event.items) : null,
  });
}

/** `2 mug at 10.00; 1 pen at 3` as the items of a purchase. */
function itemsJson(text: string): string {
  const items = text.split('; ').map((item) => {
    const [, quantity, productId, price] = /^(\d+) (\S+) at (\S+)$/.exec(item) ?? [];
    if (quantity === undefined) throw new SyntaxError(`items: "${item}" is no "2 mug at 10.00"`);
    return { product_id: productId, quantity: Number(quantity), unit_price: price };
  });
  return JSON.stringify(items);
}

function cellText(row: BuiltRows[number], column: string): string {
  const value = row[column];
  if (value === undefined) throw new RangeError(`no column is called ${column}`);
  return value === null ? '-' : String(value).replace(/ (\d\d:\d\d:\d\d)\.000000$/, ' $1');
}
