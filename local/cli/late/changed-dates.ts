import { textLiteral } from '../../../lambdas/domain/models/literal.ts';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';

/** Tables whose numbers have a history. */
export const LATE_TABLES = ['daily_sales', 'funnel_daily'] as const;
export type LateTable = (typeof LATE_TABLES)[number];

/** A date of which a number became another after it could be reported. Keys as `--json` shows them. */
export interface ChangedDate {
  readonly date: string;
  readonly table: string;
  /** `all`, or funnel and unit kind. */
  readonly item: string;
  /** Runs that changed a number. */
  readonly runs: number;
  readonly numbers_changed: number;
  /** Of these: those that changed after the table had called them final. */
  readonly numbers_changed_after_final: number;
  /** A number that changed, most of all after it was final: net, or who came to the last of the steps that changed. */
  readonly measure: string;
  /** As it was when the date was over; as it was when it was first final, null while it never was; as it is now. */
  readonly published: string | null;
  readonly final: string | null;
  readonly now: string | null;
}

/** Whether the build has a history: those of earlier Millponds have none. */
export async function hasHistory(engine: Pick<SqlEngine, 'query'>): Promise<boolean> {
  const { rows } = await engine.query(
    `select 1 from information_schema.tables where table_name = 'headline_history'`,
  );
  return rows.length > 0;
}

/** Dates with a number that became another, the newest first. */
export async function readChangedDates(
  engine: Pick<SqlEngine, 'query'>,
  table: LateTable | null,
): Promise<readonly ChangedDate[]> {
  const { rows } = await engine.query(renderChangedDates(table));
  return rows.map(([date, subject, item, runs, numbers, afterFinal, measure, published, final, now]) => ({
    ...{ date: String(date), table: String(subject), item: String(item), runs: Number(runs) },
    ...{ numbers_changed: Number(numbers), numbers_changed_after_final: Number(afterFinal) },
    measure: String(measure),
    ...{ published: textOrNull(published), final: textOrNull(final), now: textOrNull(now) },
  }));
}

/** Each number with its first, first final and last value, then what of them stands for the date. */
function renderChangedDates(table: LateTable | null): string {
  return `with numbers as (
  select
    *,
    lag(value) over numbers_of as value_before,
    lag(is_final) over numbers_of as was_final,
    row_number() over numbers_of as place
  from headline_history
  where ${table === null ? 'true' : `subject = ${textLiteral(table)}`}
  window numbers_of as (partition by subject, item, report_date, measure order by record_number)
),
changes as (
  select *, place > 1 and value is distinct from value_before as is_change
  from numbers
),
measures as (
  select
    subject,
    item,
    report_date,
    measure,
    bool_or(is_change) as has_changed,
    bool_or(is_change and was_final) as has_changed_after_final,
    list(value order by record_number)[1] as published,
    list(value order by record_number) filter (where is_final)[1] as final,
    list(value order by record_number)[-1] as now
  from changes
  group by all
),
mains as (
  select * from measures
  qualify row_number() over (
    partition by subject, item, report_date
    order by has_changed_after_final desc nulls last, has_changed desc, measure = 'net' desc, measure desc
  ) = 1
),
runs as (
  select subject, item, report_date, count(distinct run_id) as runs
  from changes
  where is_change
  group by all
)
select
  cast(runs.report_date as varchar), runs.subject, runs.item, runs.runs,
  (select count(*) from measures as m where m.subject = runs.subject and m.item = runs.item
    and m.report_date = runs.report_date and m.has_changed),
  (select count(*) from measures as m where m.subject = runs.subject and m.item = runs.item
    and m.report_date = runs.report_date and m.has_changed_after_final),
  mains.measure, mains.published, mains.final, mains.now
from runs
join mains using (subject, item, report_date)
order by runs.report_date desc, runs.subject, runs.item`;
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
