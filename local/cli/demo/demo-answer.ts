import type { Reconciliation } from '../../../lambdas/run-lake/run-record.ts';
import { FAULT_KINDS } from '../../../simulator/shop-event.ts';
import type { EventTotals } from '../lake-status.ts';
import { labelled, wrapped } from '../print.ts';
import { counted, formatCount, formatSeconds } from '../progress.ts';
import { balanceLines } from '../run/run-report.ts';
import { cohortText, funnelText, lifetimeValueText, money, salesText } from './demo-text.ts';
import type { PlayedShop } from './play-shop.ts';
import type { ShopReport } from './shop-report.ts';

/** Everything that the demo tells. */
export interface DemoAnswer {
  readonly lake: string;
  readonly seed: number;
  readonly visitors: number;
  readonly days: number;
  readonly start: string;
  readonly played: PlayedShop;
  readonly events: EventTotals;
  readonly reconciliation: Reconciliation;
  readonly report: ShopReport;
  readonly currency: string | null;
  readonly tables: number;
  readonly rows_changed_first: number;
  readonly rows_changed_again: number;
  readonly seconds: number;
}

/** The demo's report; `title` dresses the headings, `lakeOption` names the lake in the commands to try next. */
export function demoText(
  answer: DemoAnswer,
  { title, lakeOption }: { readonly title: (text: string) => string; readonly lakeOption: string },
): string {
  const { report, played } = answer;
  const sections: readonly (readonly [string, string])[] = [
    ['Funnel (each customer once, 7 days from entry to purchase)', funnelText(report.funnel)],
    ['Weekly cohorts (share of newcomers seen again; ~ = week not final yet)', cohortText(report.cohorts)],
    [
      `Lifetime value by month of first order, old store carts aside (${answer.currency ?? ''} per customer; ~ = not final)`,
      lifetimeValueText(report.lifetime_value),
    ],
    [`Web sales by week (${answer.currency ?? ''})`, salesText(report.sales)],
    ['What the faults became', faultText(answer)],
    ['Reconciliation', balanceLines(answer.reconciliation)],
    ["Against the simulator's own truth", truthText(played, answer)],
    ['A second run', secondRunText(answer)],
    ['Next', nextText(lakeOption)],
  ];
  const head = `${formatCount(played.records)} records of a synthetic shop (seed ${answer.seed}, ${formatCount(answer.visitors)} visitors, ${answer.days} days from ${answer.start}),\nin the lake ${answer.lake}`;
  return [head, ...sections.map(([name, text]) => `${title(name)}\n${text}`)].join('\n\n');
}

function faultText({ played, events, reconciliation }: DemoAnswer): string {
  const injected = FAULT_KINDS.map((kind) => `${words(kind)} ${formatCount(played.faults[kind] ?? 0)}`);
  const reasons = Object.entries(events.quarantine_reasons).map(
    ([reason, count]) => `${reason} ${formatCount(count)}`,
  );
  return indented(
    labelled([
      ...listed('injected', injected),
      [
        'duplicates',
        `${formatCount(reconciliation.duplicate)} refused by their claim, ${formatCount(reconciliation.collapsed)} folded in staging`,
      ],
      [
        'too late',
        `${formatCount(reconciliation.tooLate)} events, by more than 3 days: kept in stg_late_events`,
      ],
      ...listed('quarantined', [`${formatCount(events.quarantined)} in all:`, ...reasons]),
    ]),
  );
}

function truthText(played: PlayedShop, { report, reconciliation }: DemoAnswer): string {
  const { truth } = played;
  const withCarts = `, with the store's ${counted(report.totals.store_carts, 'cart')}`;
  const compared: readonly (readonly [name: string, found: string, known: string, more?: string])[] = [
    ['events staged', formatCount(report.totals.staged), formatCount(truth.staged)],
    ['too late', formatCount(reconciliation.tooLate), formatCount(truth.tooLate)],
    [
      'duplicates',
      formatCount(reconciliation.duplicate + reconciliation.collapsed),
      formatCount(truth.duplicates),
    ],
    ['quarantined', formatCount(reconciliation.quarantined), formatCount(truth.quarantined)],
    ['sessions', formatCount(report.totals.sessions), formatCount(truth.sessions)],
    ['orders', formatCount(report.totals.orders), formatCount(truth.orders), withCarts],
    ['revenue', money(report.totals.revenue), money(truth.revenue), withCarts],
    ['refunds', money(report.totals.refunds), money(truth.refunds)],
  ];
  return indented(
    labelled(
      compared.map(([name, found, known, more = '']) => [
        name,
        `${found === known ? `${found} = ${known}` : `${found}, but the truth is ${known}`}${more}`,
      ]),
    ),
  );
}

function secondRunText(answer: DemoAnswer): string {
  return `  All ${answer.tables} tables were built again from everything that landed: ${formatCount(answer.rows_changed_again)} rows changed\n  (the first time: ${formatCount(answer.rows_changed_first)}). The whole demo took ${formatSeconds(answer.seconds)}.`;
}

function nextText(lakeOption: string): string {
  const command = 'npm run -s millpond --';
  const query = 'select channel, sum(net) from daily_sales group by channel';
  return indented(
    [
      `${command} tables${lakeOption}`,
      `${command} query "${query}"${lakeOption}`,
      `${command} send my-events.ndjson --lake my-shop   # then: run --lake my-shop`,
    ].join('\n'),
  );
}

/** A list after a label, broken so that no line reaches 100 columns. */
function listed(label: string, parts: readonly string[]): readonly (readonly [string, string])[] {
  return wrapped(parts, 77, '  ').map((line, index) => [index === 0 ? label : '', line]);
}

function words(kind: string): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
