import type { Column, Row } from '../format/cells.ts';
import { renderTable } from '../format/table.ts';
import { formatCount } from '../progress.ts';
import type { CohortCell, FunnelLine, LifetimeValueCell, SalesLine } from './shop-report.ts';

const TEXT = (name: string): Column => ({ name, type: 'varchar' });
const NUMBER = (name: string): Column => ({ name, type: 'bigint' });

export function funnelText(lines: readonly FunnelLine[]): string {
  const first = lines[0]?.reached ?? 0;
  return table(
    [TEXT('step'), NUMBER('customers'), NUMBER('of first'), NUMBER('of previous')],
    lines.map((line, index) => [
      line.event_type,
      formatCount(line.reached),
      percent(line.reached, first),
      index === 0 ? '' : percent(line.reached, lines[index - 1]?.reached ?? 0),
    ]),
  );
}

/** The triangle: share of each week's newcomers that came back; `~` where the week may still gain events. */
export function cohortText(cells: readonly CohortCell[]): string {
  const weeks = Math.max(0, ...cells.map((cell) => cell.week));
  const columns = [
    TEXT('week of'),
    NUMBER('newcomers'),
    ...indexes(1, weeks).map((week) => NUMBER(`+${week} wk`)),
  ];
  const rows = [...Map.groupBy(cells, (cell) => cell.cohort_start)].map(([start, own]) => [
    start,
    formatCount(own[0]?.cohort_size ?? 0),
    ...indexes(1, weeks).map((week) => {
      const cell = own.find((each) => each.week === week);
      return cell === undefined
        ? ''
        : `${percent(cell.returned, cell.cohort_size)}${cell.is_final ? ' ' : '~'}`;
    }),
  ]);
  return table(columns, rows);
}

export function lifetimeValueText(cells: readonly LifetimeValueCell[]): string {
  const ages = Math.max(0, ...cells.map((cell) => cell.age_month));
  const columns = [
    TEXT('first order in'),
    NUMBER('customers'),
    ...indexes(0, ages).flatMap((age) => [NUMBER(`orders +${age}`), NUMBER(`LTV +${age} mo`)]),
  ];
  const rows = [...Map.groupBy(cells, (cell) => cell.cohort_month)].map(([month, own]) => [
    month.slice(0, 7),
    formatCount(own[0]?.cohort_size ?? 0),
    ...indexes(0, ages).flatMap((age) => {
      const cell = own.find((each) => each.age_month === age);
      if (cell === undefined) return ['', ''];
      return [formatCount(cell.orders), `${money(cell.ltv)}${cell.is_final ? ' ' : '~'}`];
    }),
  ]);
  return table(columns, rows);
}

export function salesText(lines: readonly SalesLine[]): string {
  const columns = [
    TEXT('week of'),
    ...['orders', 'units', 'gross', 'discount', 'refunds', 'net'].map(NUMBER),
  ];
  return table(
    columns,
    lines.map((line) => [
      line.week,
      formatCount(line.orders),
      formatCount(line.units),
      ...[line.gross, line.discount, line.refunds, line.net].map(money),
    ]),
  );
}

/** Decimal text with two places and thousands apart; exact, but for the places cut off (rounded half away from zero). */
export function money(decimal: string): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(decimal);
  if (match === null) return decimal;
  const [, sign = '', whole = '0', places = ''] = match;
  const tenThousandths = BigInt(whole + places.padEnd(4, '0').slice(0, 4));
  const cents = (tenThousandths + 50n) / 100n;
  return `${cents === 0n ? '' : sign}${formatBig(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** Indented two spaces; every line below 100 columns. */
function table(columns: readonly Column[], rows: readonly Row[]): string {
  const text = renderTable(columns, rows, { maxWidth: 96 }).trimEnd();
  return text.replace(/^/gm, '  ');
}

function indexes(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function formatBig(value: bigint): string {
  return value.toLocaleString('en-US');
}
