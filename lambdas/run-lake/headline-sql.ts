import { renderPeriodBound } from '../domain/build-files.ts';
import { dateLiteral, literalOf, textLiteral, timestampLiteral } from '../domain/models/literal.ts';

/** A table whose totals the history keeps, as rows of item, date, measure, value and whether it is final. */
export interface Headline {
  /** Name of the table. */
  readonly subject: string;
  readonly dateColumn: string;
  /** SELECT of the totals; `where` bounds the rows that it reads. */
  readonly totals: (where: string) => string;
}

const SALES_MEASURES = ['orders', 'units', 'gross', 'discount', 'refunds', 'net'] as const;

export const HEADLINES: readonly Headline[] = [
  {
    subject: 'daily_sales',
    dateColumn: 'sale_date',
    totals: (where) => `select
    'all' as item,
    days.report_date,
    list.measure,
    case list.measure
      ${SALES_MEASURES.map((name) => `when '${name}' then cast(days.${name} as decimal(18,4))`).join('\n      ')}
    end as value,
    days.is_final
  from (
    select
      sale_date as report_date,
      ${SALES_MEASURES.map((name) => `sum(${name}) as ${name},`).join('\n      ')}
      bool_and(is_final) as is_final
    from daily_sales
    where ${where}
    group by sale_date
  ) as days
  cross join (values ${SALES_MEASURES.map((name) => `('${name}')`).join(', ')}) as list (measure)`,
  },
  {
    subject: 'funnel_daily',
    dateColumn: 'entry_date',
    totals: (where) => `select
    funnel || '/' || unit_kind as item,
    entry_date as report_date,
    case when step = 1 then 'entered' else 'reached_' || cast(step as varchar) end as measure,
    cast(reached as decimal(18,4)) as value,
    is_final
  from funnel_daily
  where breakdown = 'none' and ${where}`,
  },
];

/** Dates whose totals may be others than those recorded; null: any. */
export interface HistoryBound {
  /** Months in which rows changed, `2026-01`. */
  readonly months: readonly string[];
  /** The newest date recorded: later ones may be over by now. */
  readonly recordedUntil: string | null;
}

/** The run as its rows name it. */
export interface RecordingRun {
  readonly runId: string;
  /** ISO, UTC. */
  readonly recordedAt: string;
  readonly recordNumber: number;
  readonly reason: string;
}

/** A predicate over a date column. */
export function renderHistoryBound(column: string, bound: HistoryBound | null): string {
  if (bound === null || bound.recordedUntil === null) return 'true';
  const later = `${column} >= ${dateLiteral(bound.recordedUntil)}`;
  return bound.months.length === 0 ? later : `(${renderPeriodBound(column, bound.months)} or ${later})`;
}

/**
 * INSERT of each total that is not what was recorded last: another number, another word on whether it is final, a date
 * that is over for the first time, one that the table has no more. What was recorded already is not recorded again.
 *
 * @param overBefore dates before it are over
 */
export function renderRecording(
  { subject, dateColumn, totals }: Headline,
  run: RecordingRun,
  limits: { readonly bound: HistoryBound | null; readonly overBefore: string },
): string {
  const { bound, overBefore } = limits;
  return `insert into headline_history (
  run_id, recorded_at, record_number, run_reason, subject, item, report_date, measure, value, is_final
)
with totals as (
  ${totals(renderHistoryBound(dateColumn, bound))}
),
numbered as (
  select
    item,
    report_date,
    measure,
    value,
    is_final,
    row_number() over (partition by item, report_date, measure order by record_number desc) as place
  from headline_history
  where subject = ${textLiteral(subject)} and ${renderHistoryBound('report_date', bound)}
),
recorded as (
  select item, report_date, measure, value, is_final
  from numbered
  where place = 1
)
select
  ${textLiteral(run.runId)},
  ${timestampLiteral(run.recordedAt)},
  ${literalOf('bigint', run.recordNumber)},
  ${textLiteral(run.reason)},
  ${textLiteral(subject)},
  coalesce(totals.item, recorded.item),
  coalesce(totals.report_date, recorded.report_date),
  coalesce(totals.measure, recorded.measure),
  totals.value,
  coalesce(totals.is_final, false)
from totals
full outer join recorded
  on recorded.item = totals.item
  and recorded.report_date = totals.report_date
  and recorded.measure = totals.measure
where (totals.item is null and recorded.value is not null)
  or (totals.item is not null and recorded.item is null and totals.report_date < ${dateLiteral(overBefore)})
  or (
    totals.item is not null
    and recorded.item is not null
    and (totals.value is distinct from recorded.value or totals.is_final is distinct from recorded.is_final)
  )`;
}
