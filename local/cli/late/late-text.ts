import { renderTable } from '../format/table.ts';
import { counted, formatCount } from '../progress.ts';
import { ARRIVAL_CAUSES, type Arrivals, type Cause } from './causes.ts';
import type { ChangedDate } from './changed-dates.ts';
import type { DateHistory, RunChange } from './date-history.ts';
import { differenceText, numberText } from './numbers.ts';

/** A change with what brought it about. */
export interface ExplainedChange extends RunChange {
  readonly causes: readonly Cause[];
}

export interface ExplainedHistory extends DateHistory {
  readonly changes: readonly ExplainedChange[];
}

const LIST_COLUMNS = [
  ['date', 'varchar'],
  ['table', 'varchar'],
  ['of', 'varchar'],
  ['changed since', 'varchar'],
  ['numbers', 'bigint'],
  ['runs', 'bigint'],
  ['for example', 'varchar'],
  ['then', 'decimal'],
  ['now', 'decimal'],
  ['difference', 'decimal'],
].map(([name = '', type = '']) => ({ name, type }));

/** One line for each date, table and item. */
export function changedDatesText(dates: readonly ChangedDate[], maxWidth: number | null): string {
  if (dates.length === 0) return 'No number of a day that was over has changed.';
  const rows = dates.map((each) => {
    const isFinal = each.numbers_changed_after_final > 0;
    const then = isFinal ? each.final : each.published;
    return [
      ...[each.date, each.table, each.item, isFinal ? 'final' : 'published'],
      ...[isFinal ? each.numbers_changed_after_final : each.numbers_changed, each.runs, each.measure],
      ...[numberText(each.measure, then), numberText(each.measure, each.now)],
      differenceText(each.measure, then, each.now),
    ];
  });
  return renderTable(LIST_COLUMNS, rows, maxWidth === null ? {} : { maxWidth }).trimEnd();
}

/** What became of a date's numbers, and why. */
export function dateHistoryText(date: string, histories: readonly ExplainedHistory[]): string {
  if (histories.length === 0) {
    return `No run has recorded a number of ${date}: either nothing happened then, or the day was not over when the last run ended.`;
  }
  const changed = histories.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return `Nothing of ${date} has changed since the day was over.`;
  return changed.map((history) => historyText(date, history)).join('\n\n');
}

function historyText(date: string, history: ExplainedHistory): string {
  const { table, item, published, final, numbers, changes } = history;
  const columns = [
    { name: 'number', type: 'varchar' },
    ...['published', 'final', 'now', 'since published', 'since final'].map((name) => ({
      name,
      type: 'decimal',
    })),
  ];
  const rows = numbers.map((each) => {
    const since = (from: string | null) =>
      from === null || from === each.now ? '-' : differenceText(each.measure, from, each.now);
    const shown = (value: string | null) => (value === null ? '-' : numberText(each.measure, value));
    return [
      ...[each.measure, shown(each.published), shown(each.final), numberText(each.measure, each.now)],
      ...[since(each.published), since(each.final)],
    ];
  });
  return [
    `${date} ${table}${item === 'all' ? '' : ` ${item}`}`,
    `  first published by run ${published.run_id}`,
    final === null ? '  not final yet' : `  first final in run ${final.run_id}`,
    ...indented(renderTable(columns, rows)),
    ...changes.flatMap((change) => ['', ...changeText(change)]),
  ].join('\n');
}

function changeText(change: ExplainedChange): readonly string[] {
  const numbers = change.numbers.map(
    ({ measure, from, to }) =>
      `${measure} ${numberText(measure, from)} -> ${numberText(measure, to)} (${differenceText(measure, from, to)})`,
  );
  return [
    `  Run ${change.run_id}${change.was_final ? ', after it was final' : ''} (${change.reason})`,
    ...numbers.map((text) => `    ${text}`),
    ...change.causes.map((cause) => `    because of ${causeText(cause)}`),
  ];
}

function causeText(cause: Cause): string {
  switch (cause.cause) {
    case 'identity':
      return `identity: events of ${counted(cause.devices, 'device')} went to another person, who signed in`;
    case 'models':
      return 'models or settings that changed';
    case 'objects':
      return 'objects that were set aside or rebuilt';
    case 'unknown':
      return 'nothing that the tables still tell';
    default:
      return arrivalsText(cause);
  }
}

function arrivalsText(arrivals: Arrivals): string {
  const { cause, source, origin, file_name: file, batches, events, max_lateness_s: lateness } = arrivals;
  const from = file === null ? source : `${source} (${file})`;
  const parts = [
    `${ARRIVAL_CAUSES[cause]}: ${events === null ? '' : `${counted(events, 'event')} in `}${batchesText(batches)} of ${from}`,
    ...(origin === 'stream' ? [] : [`by ${origin}`]),
    arrivals.arrived_from === arrivals.arrived_to
      ? `arrived ${arrivals.arrived_from}`
      : `arrived ${arrivals.arrived_from} to ${arrivals.arrived_to}`,
    ...(lateness === null ? [] : [`up to ${durationText(lateness)} after they happened`]),
  ];
  return parts.join(', ');
}

function batchesText(batches: number): string {
  return batches === 1 ? '1 batch' : `${formatCount(batches)} batches`;
}

/** `2 d 3 h`, `15 min`, `4 s`: the two greatest units. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    { value: Math.floor(whole / 86_400), unit: 'd' },
    { value: Math.floor((whole % 86_400) / 3_600), unit: 'h' },
    { value: Math.floor((whole % 3_600) / 60), unit: 'min' },
    { value: whole % 60, unit: 's' },
  ];
  const first = parts.findIndex(({ value }) => value > 0);
  if (first < 0) return '0 s';
  const shown = parts.slice(first, first + 2).filter(({ value }) => value > 0);
  return shown.map(({ value, unit }) => `${value} ${unit}`).join(' ');
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}
