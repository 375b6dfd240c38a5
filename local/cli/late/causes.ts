import { dateLiteral, textLiteral } from '../../../lambdas/domain/models/literal.ts';
import type { SqlEngine, SqlValue } from '../../../lambdas/ports/sql-engine.ts';
import { isoOf } from './date-history.ts';

/** How batches of a run can have changed a date. */
export const ARRIVAL_CAUSES = {
  arrivals: 'events that count for the date',
  backfill: 'events that came too late and were let in',
  earlier_purchase: 'an earlier purchase of an order of the date, which took the order to its own',
  another_copy: 'a copy that counts instead of one of the date, and bears another',
  file: 'rows of a file',
  store: "a snapshot of the store's API",
  exchange_rates: 'exchange rates',
} as const;
export type ArrivalCause = keyof typeof ARRIVAL_CAUSES;

/** Batches of one source and origin, with what of them touches the date. Keys as `--json` shows them. */
export interface Arrivals {
  readonly cause: ArrivalCause;
  readonly source: string;
  /** stream, replay or reinstate. */
  readonly origin: string;
  /** Of a replay or reinstatement: an object whose records it brought back. */
  readonly recovered_from: string | null;
  readonly file_name: string | null;
  readonly batches: number;
  /** The first of them. */
  readonly ledger_ids: readonly string[];
  /** Events that touch the date; null where the batch holds none. */
  readonly events: number | null;
  readonly arrived_from: string;
  readonly arrived_to: string;
  readonly max_lateness_s: number | null;
}

/** What is neither a batch nor a row of one. */
export type OtherCause =
  /** Devices whose visits went to another person, since the run brought a sign-in. */
  | { readonly cause: 'identity'; readonly devices: number }
  | { readonly cause: 'models' }
  | { readonly cause: 'objects' }
  | { readonly cause: 'unknown' };

export type Cause = Arrivals | OtherCause;

/** A number of one date that a run changed. */
export interface ChangeAt {
  readonly date: string;
  readonly table: string;
  readonly item: string;
  readonly run_id: string;
  readonly reason: string;
}

type Query = Pick<SqlEngine, 'query'>;

const SHOWN_IDS = 10;

/**
 * Why a run can have changed the numbers of a date: the batches that it staged and that touch it, else one of the other
 * causes that tables know. As the tables stand now: a copy that a later run put in another's place is not found.
 */
export async function causesOf(engine: Query, at: ChangeAt): Promise<readonly Cause[]> {
  const reach = await reachOf(engine, at);
  const arrivals = await arrivalsOf(engine, at, reach);
  const devices = reach.isOfCustomers ? await remappedDevices(engine, at, reach) : 0;
  const causes: readonly Cause[] = [
    ...arrivals,
    ...(devices > 0 ? [{ cause: 'identity' as const, devices }] : []),
    ...(at.reason.includes('models or settings changed') ? [{ cause: 'models' as const }] : []),
    ...(at.reason.includes('objects were set aside') ? [{ cause: 'objects' as const }] : []),
  ];
  return causes.length === 0 ? [{ cause: 'unknown' }] : causes;
}

/** Which events can change the number: dates and types. */
interface Reach {
  readonly from: string;
  /** Inclusive. */
  readonly to: string;
  readonly types: readonly string[];
  /** A further predicate on stg_events: by units that entered on the date. */
  readonly units: string;
  readonly isOfSales: boolean;
  /** A funnel that customers walk: who they are may change it. */
  readonly isOfCustomers: boolean;
}

async function reachOf(engine: Query, { date, table, item }: ChangeAt): Promise<Reach> {
  if (table === 'daily_sales') {
    const types = ['purchase', 'refund'];
    return { from: date, to: date, types, units: 'true', isOfSales: true, isOfCustomers: false };
  }
  const [funnel = '', kind = ''] = item.split('/');
  const { rows } = await engine.query(
    `select event_type, window_s from funnel_steps where funnel = ${textLiteral(funnel)} and unit_kind = ${textLiteral(kind)}`,
  );
  // A session has no window; one that goes on for more than a day has a check of its own.
  const days = Math.max(1, ...rows.map(([, windowS]) => Math.ceil(Number(windowS ?? 0) / 86_400)));
  const to = new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  const types = [...new Set(rows.map(([type]) => String(type)))];
  const units = unitsOf({ date, funnel, kind });
  return { from: date, to, types, units, isOfSales: false, isOfCustomers: kind === 'customer' };
}

/** Units that entered on the date: sessions by device and session, customers as the device belongs to them now. */
function unitsOf({
  date,
  funnel,
  kind,
}: {
  readonly date: string;
  readonly funnel: string;
  readonly kind: string;
}): string {
  const unit =
    kind === 'session'
      ? `anonymous_id || '/' || session_id`
      : `coalesce('u:' || user_id, (select customer_id from dim_device as owner where owner.anonymous_id = stg_events.anonymous_id))`;
  return `${unit} in (
  select unit_id from funnel_entries
  where funnel = ${textLiteral(funnel)} and unit_kind = ${textLiteral(kind)} and entry_date = ${dateLiteral(date)}
)`;
}

async function arrivalsOf(engine: Query, at: ChangeAt, reach: Reach): Promise<readonly Arrivals[]> {
  const parts = [
    ...(reach.types.length === 0 ? [] : eventParts(at, reach)),
    ...(reach.isOfSales ? salesParts(at) : []),
  ];
  if (parts.length === 0) return [];
  const { rows } =
    await engine.query(`with touching (cause, ledger_id, events, first_at, last_at, lateness) as (
${parts.join('\nunion all\n')}
)
select
  touching.cause, ledger.source, ledger.origin, max(ledger.recovered_from), ledger.file_name,
  count(distinct ledger.ledger_id),
  list_slice(list_sort(list(distinct ledger.ledger_id)), 1, ${SHOWN_IDS})::json::varchar,
  sum(touching.events)::bigint,
  min(coalesce(touching.first_at, ledger.min_arrival_time))::varchar,
  max(coalesce(touching.last_at, ledger.max_arrival_time))::varchar,
  max(touching.lateness)
from touching
join ledger on ledger.ledger_id = touching.ledger_id
group by touching.cause, ledger.source, ledger.origin, ledger.file_name
order by 1, 2, 3, 5`);
  return rows.map(arrivalsRow);
}

function arrivalsRow(row: readonly SqlValue[]): Arrivals {
  const [cause, source, origin, recoveredFrom, fileName, batches, ids, events, from, to, lateness] = row;
  const textOf = (value: SqlValue | undefined) =>
    value === null || value === undefined ? null : String(value);
  const numberOf = (value: SqlValue | undefined) => (textOf(value) === null ? null : Number(value));
  const parsed: unknown = JSON.parse(String(ids));
  return {
    cause: arrivalCause(String(cause)),
    ...{ source: String(source), origin: String(origin) },
    ...{ recovered_from: textOf(recoveredFrom), file_name: textOf(fileName), batches: Number(batches) },
    ledger_ids: Array.isArray(parsed) ? parsed.map(String) : [],
    events: numberOf(events),
    ...{ arrived_from: isoOf(String(from)), arrived_to: isoOf(String(to)) },
    max_lateness_s: numberOf(lateness),
  };
}

function arrivalCause(text: string): ArrivalCause {
  if (isArrivalCause(text)) return text;
  throw new RangeError(`no batch is the cause "${text}"`);
}

function isArrivalCause(text: string): text is ArrivalCause {
  return Object.hasOwn(ARRIVAL_CAUSES, text);
}

const staged = (runId: string) =>
  `ledger_id in (select ledger_id from ledger where staged_by = ${textLiteral(runId)})`;

/** Events of the dates: those of the run's batches that came in time, those that it let in, those that it moved away. */
function eventParts({ run_id }: ChangeAt, { from, to, types, units }: Reach): readonly string[] {
  const list = types.map(textLiteral).join(', ');
  const range = `between ${dateLiteral(from)} and ${dateLiteral(to)}`;
  const counts = 'count(*), min(arrival_time), max(arrival_time), max(lateness_s)';
  const events = `from stg_events where event_date ${range} and event_type in (${list}) and ${units}`;
  const allowed = '(select allowed_lateness_s from lake_state)';
  return [
    `select 'arrivals', ledger_id, ${counts} ${events} and lateness_s <= ${allowed} and ${staged(run_id)} group by ledger_id`,
    `select 'backfill', ledger_id, ${counts} ${events} and lateness_s > ${allowed} and exists (
  select 1 from admissions where admissions.run_id = ${textLiteral(run_id)}
    and stg_events.event_date between admissions.from_date and admissions.to_date
    and stg_events.arrival_time <= admissions.arrived_until
) group by ledger_id`,
    `select 'another_copy', winner.ledger_id, count(distinct winner.event_id), min(winner.arrival_time), max(winner.arrival_time), max(winner.lateness_s)
from stg_repeats as loser
join stg_events as winner on winner.event_id = loser.event_id
where cast(loser.event_time as date) ${range} and loser.event_type in (${list})
  and not winner.event_date ${range} and winner.${staged(run_id)} group by winner.ledger_id`,
  ];
}

/** What else can change the sales of a date. */
function salesParts({ date, run_id }: ChangeAt): readonly string[] {
  const ofRun = `from ledger where staged_by = ${textLiteral(run_id)}`;
  const none = 'null, null, null, null';
  return [
    `select 'earlier_purchase', first.ledger_id, count(distinct first.event_id), min(first.arrival_time), max(first.arrival_time), max(first.lateness_s)
from stg_events as later
join fct_orders on fct_orders.order_id = later.order_id and fct_orders.order_date < later.event_date
join stg_events as first on first.order_id = later.order_id and first.event_type = 'purchase'
  and first.event_date = fct_orders.order_date
where later.event_type = 'purchase' and later.event_date = ${dateLiteral(date)} and first.${staged(run_id)}
group by first.ledger_id`,
    `select 'file', ledger_id, ${none} ${ofRun} and source in ('file_orders', 'file_order_lines')
  and (event_dates = '[]' or event_dates like '%"${date}"%')`,
    `select 'store', ledger_id, ${none} ${ofRun} and source like 'fakestore_%' and exists (
  select 1 from daily_sales where sale_date = ${dateLiteral(date)} and order_source = 'fakestore')`,
    `select 'exchange_rates', ledger_id, ${none} ${ofRun} and source like '%exchange_rates'`,
  ];
}

/**
 * Devices with anonymous events in reach whose last sign-in is another one with the run's events than without them:
 * their events went to another person.
 */
async function remappedDevices(engine: Query, { run_id }: ChangeAt, reach: Reach): Promise<number> {
  const range = `between ${dateLiteral(reach.from)} and ${dateLiteral(reach.to)}`;
  const { rows } = await engine.query(`with devices as (
  select distinct anonymous_id from stg_events
  where event_date ${range} and user_id is null
    and event_type in (${reach.types.map(textLiteral).join(', ')})
),
sign_ins as (
  select
    stg_events.anonymous_id,
    stg_events.user_id,
    (stg_events.event_time, stg_events.event_id) as place,
    coalesce(stg_events.${staged(run_id)}, false) as is_new
  from stg_events
  join devices on devices.anonymous_id = stg_events.anonymous_id
  where stg_events.user_id is not null and stg_events.event_type not like 'ad\\_%' escape '\\'
),
owners as (
  select
    anonymous_id,
    arg_max(user_id, place) as owner,
    arg_max(user_id, place) filter (where not is_new) as owner_before
  from sign_ins
  group by anonymous_id
)
select count(*) from owners where owner is distinct from owner_before`);
  return Number(rows[0]?.[0] ?? 0);
}
