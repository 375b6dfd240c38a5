/**
 * What someone with DuckDB alone would write for the numbers of a lake: one table from the raw objects, and queries over
 * it. No model's SQL, no merge, no check; the meaning is that of docs/metrics.
 */

export interface BareQuery {
  readonly name: string;
  readonly sql: string;
}

const FIELDS: Readonly<Record<string, string>> = {
  ...{ _arrival_time: 'TIMESTAMP', _shard_id: 'VARCHAR', _sequence_number: 'UBIGINT', event_id: 'UUID' },
  ...{ event_type: 'VARCHAR', event_time: 'TIMESTAMP', anonymous_id: 'VARCHAR', user_id: 'VARCHAR' },
  ...{ session_id: 'VARCHAR', schema_version: 'INTEGER', device: 'VARCHAR', country: 'VARCHAR' },
  ...{ channel: 'VARCHAR', campaign_id: 'VARCHAR', page_path: 'VARCHAR', engaged_time_ms: 'BIGINT' },
  ...{ search_term: 'VARCHAR', product_id: 'VARCHAR', quantity: 'BIGINT', unit_price: 'DECIMAL(18,4)' },
  ...{ currency: 'VARCHAR', order_id: 'VARCHAR', refund_id: 'VARCHAR', amount: 'DECIMAL(18,4)' },
  ...{ discount: 'DECIMAL(18,4)', shipping: 'DECIMAL(18,4)', tax: 'DECIMAL(18,4)', impressions: 'BIGINT' },
  ...{ clicks: 'BIGINT', cost: 'DECIMAL(18,4)', audience: 'VARCHAR', viewing_time_ms: 'BIGINT' },
  items: 'STRUCT(product_id VARCHAR, quantity BIGINT, unit_price DECIMAL(18,4))[]',
};

const VISITOR_EVENTS = `event_type not in ('ad_impression', 'ad_click', 'ad_spend')`;

/** In the order in which they build on one another. @param objects glob of the raw objects, no quotes in it */
export function bareQueries(objects: string): readonly BareQuery[] {
  const columns = Object.entries(FIELDS).map(([name, type]) => `${name}: '${type}'`);
  return [
    {
      name: 'events, typed and once each',
      sql: `create table events as
select * exclude (_arrival_time), _arrival_time as arrival_time, event_time::date as event_date
from read_json('${objects}', format = 'newline_delimited', columns = {${columns.join(', ')}});
delete from events where rowid in (
  select rowid from (
    select rowid, row_number() over (partition by event_id order by arrival_time, _shard_id, _sequence_number) as copy
    from events where event_id in (select event_id from events group by event_id having count(*) > 1)
  ) where copy > 1
);
create table late_events as select * from events where arrival_time - event_time > interval 3 days;
delete from events where arrival_time - event_time > interval 3 days`,
    },
    {
      name: 'devices and their customers',
      sql: `create table devices as
select anonymous_id, coalesce('u:' || arg_max(user_id, (event_time, event_id)) filter (user_id is not null), 'a:' || anonymous_id) as customer_id,
  min(event_time) as first_seen_at, max(event_time) as last_seen_at
from events where ${VISITOR_EVENTS} group by anonymous_id`,
    },
    {
      name: 'sessions',
      sql: `create table sessions as
select anonymous_id, session_id, coalesce('u:' || any_user, devices.customer_id) as customer_id,
  started_at::date as session_date, sessions.* exclude (anonymous_id, session_id, any_user)
from (
  select anonymous_id, session_id,
    arg_max(user_id, (event_time, event_id)) filter (user_id is not null) as any_user,
    min(event_time) as started_at, max(event_time) as ended_at, count(*) as events,
    count(*) filter (event_type = 'page_view') as page_views,
    arg_min(channel, (event_time, event_id)) filter (channel is not null) as channel,
    arg_min(campaign_id, (event_time, event_id)) filter (campaign_id is not null) as campaign_id,
    arg_min(device, (event_time, event_id)) filter (device is not null) as device,
    arg_min(country, (event_time, event_id)) filter (country is not null) as country,
    arg_min(page_path, (event_time, event_id)) filter (page_path is not null) as landing_page,
    bool_or(event_type in ('add_to_cart', 'remove_from_cart', 'begin_checkout', 'purchase', 'sign_up')) as is_engaged,
    bool_or(event_type = 'view_item') as has_view_item,
    bool_or(event_type = 'add_to_cart') as has_add_to_cart,
    bool_or(event_type = 'begin_checkout') as has_begin_checkout,
    bool_or(event_type = 'purchase') as has_purchase
  from events where ${VISITOR_EVENTS} group by anonymous_id, session_id
) as sessions join devices using (anonymous_id)`,
    },
    {
      name: 'orders, lines, refunds',
      sql: `create table order_lines as
select order_id, generate_subscripts(items, 1) as line_number, unnest(items, recursive := true), event_date as order_date
from (
  select * from events where event_type = 'purchase'
  qualify row_number() over (partition by order_id order by event_time, event_id) = 1
);
create table refunds as
select refund_id, order_id, anonymous_id, user_id, event_time as refunded_at, event_date as refund_date, amount, currency
from events where event_type = 'refund'
qualify row_number() over (partition by refund_id order by event_time, event_id) = 1;
create table orders as
select first.order_id, coalesce('u:' || first.user_id, devices.customer_id) as customer_id, first.session_id, first.anonymous_id,
  first.event_time as ordered_at, first.event_date as order_date, first.currency, first.channel, first.country,
  lines.units, lines.lines, lines.gross, coalesce(first.discount, 0) as discount, coalesce(refunded, 0) as refunded,
  row_number() over (partition by coalesce('u:' || first.user_id, devices.customer_id) order by first.event_time, first.order_id) as order_number
from (
  select * from events where event_type = 'purchase'
  qualify row_number() over (partition by order_id order by event_time, event_id) = 1
) as first
join devices using (anonymous_id)
join (
  select order_id, sum(quantity) as units, count(*) as lines, sum(quantity * unit_price) as gross
  from order_lines group by order_id
) as lines using (order_id)
left join (select order_id, sum(amount) as refunded from refunds group by order_id) as returned using (order_id)`,
    },
    {
      name: 'customer days',
      sql: `create table customer_days as
select customer_id, day, sum(events) as events, sum(sessions) as sessions, sum(orders) as orders, sum(gross) as gross,
  sum(discount) as discount, sum(refunds) as refunds, sum(gross - discount - refunds) as net
from (
  select coalesce('u:' || user_id, customer_id) as customer_id, event_date as day, count(*) as events, 0 as sessions,
    0 as orders, 0::decimal(18,4) as gross, 0::decimal(18,4) as discount, 0::decimal(18,4) as refunds
  from events join devices using (anonymous_id) where ${VISITOR_EVENTS} group by 1, 2
  union all
  select customer_id, session_date, 0, count(*), 0, 0, 0, 0 from sessions group by 1, 2
  union all
  select customer_id, order_date, 0, 0, count(*), sum(gross), sum(discount), 0 from orders group by 1, 2
  union all
  select coalesce(orders.customer_id, 'u:' || refunds.user_id, devices.customer_id), refund_date, 0, 0, 0, 0, 0, sum(amount)
  from refunds left join orders using (order_id) left join devices on devices.anonymous_id = refunds.anonymous_id group by 1, 2
) group by 1, 2`,
    },
    {
      name: 'customers',
      sql: `create table customers as
select coalesce('u:' || user_id, customer_id) as customer_id, min(event_time) as first_seen_at,
  min(event_time) filter (event_type = 'sign_up') as sign_up_at,
  arg_max(country, (event_time, event_id)) filter (country is not null) as country,
  arg_min(channel, (event_time, event_id)) filter (channel is not null) as first_channel,
  arg_min(campaign_id, (event_time, event_id)) filter (campaign_id is not null) as first_campaign_id,
  count(distinct anonymous_id) as devices
from events join devices using (anonymous_id) where ${VISITOR_EVENTS} group by 1;
create table customer_ltv as
select customer_id, min(ordered_at) as first_order_at, max(ordered_at) as last_order_at, count(*) as orders,
  sum(gross) as gross, sum(discount) as discount, sum(refunded) as refunds,
  median(epoch(ordered_at - previous_at) / 86400) as median_gap_days
from (select *, lag(ordered_at) over (partition by customer_id order by ordered_at, order_id) as previous_at from orders)
group by customer_id`,
    },
    {
      name: 'two funnels, any entry, in order, by customer and by session',
      sql: `${FUNNELS.map(funnelSql).join(';\n')};
create table funnel_daily as
select unit_kind, funnel, entry_date, breakdown, breakdown_value, count(*) as entered,
  count(*) filter (depth >= 2) as reached_2, count(*) filter (depth >= 3) as reached_3, count(*) filter (depth >= 4) as reached_4,
  quantile_disc(epoch(step_2_at - entry_time), 0.5) as median_2, quantile_disc(epoch(step_3_at - entry_time), 0.5) as median_3,
  quantile_disc(epoch(step_4_at - entry_time), 0.5) as median_4
from (
  ${FUNNELS.map(({ table }) => `select * from ${table}`).join('\n  union all\n  ')}
), lateral (
  values ('none', 'all'), ('channel', channel), ('device', device), ('country', country), ('is_new', is_new::varchar)
) as broken (breakdown, breakdown_value)
group by all`,
    },
    {
      name: 'retention by week and month',
      sql: `create table retention as
with active as (
  select distinct 'week' as period, 'visit' as kind, customer_id, date_trunc('week', day)::date as start from customer_days where events > 0
  union all
  select distinct 'month', 'visit', customer_id, date_trunc('month', day)::date from customer_days where events > 0
  union all
  select distinct 'week', 'purchase', customer_id, date_trunc('week', day)::date from customer_days where orders > 0
  union all
  select distinct 'month', 'purchase', customer_id, date_trunc('month', day)::date from customer_days where orders > 0
),
members as (select period, kind, customer_id, min(start) as cohort, max(start) as last_start from active group by all),
sizes as (select period, kind, cohort, count(*) as size from members group by all)
select period, kind, cohort, start, any_value(size) as size, count(*) as returned, count(*) / any_value(size) as rate
from active join members using (period, kind, customer_id) join sizes using (period, kind, cohort)
group by period, kind, cohort, start`,
    },
    {
      name: 'lifetime value by month',
      sql: `create table ltv as
with first_months as (select customer_id, date_trunc('month', min(day)) as cohort from customer_days where orders > 0 group by 1),
sizes as (select cohort, count(*) as size from first_months group by 1),
months as (
  select cohort, date_trunc('month', day) as month, sum(net) as net, sum(customer_days.orders) as orders
  from customer_days join first_months using (customer_id) group by 1, 2
)
select cohort, month, size, net, sum(net) over (partition by cohort order by month) as cumulative_net,
  sum(net) over (partition by cohort order by month) / size as ltv
from months join sizes using (cohort)`,
    },
    {
      name: 'sales by day',
      sql: `create table daily_sales as
select *, gross - discount - refunds as net, lag(gross - discount - refunds) over (partition by channel, country order by day) as previous_net
from (
  select day, channel, country, sum(orders) as orders, sum(units) as units, sum(gross) as gross, sum(discount) as discount, sum(refunds) as refunds
  from (
    select order_date as day, channel, country, 1 as orders, units, gross, discount, 0 as refunds from orders
    union all
    select refund_date, channel, country, 0, 0, 0, 0, amount from refunds left join orders using (order_id)
  ) group by all
)`,
    },
    {
      name: 'products by day',
      sql: `create table product_daily as
select product_id, day, sum(views) as views, sum(adds) as adds, sum(orders) as orders, sum(units) as units, sum(gross) as gross
from (
  select product_id, event_date as day, count(*) filter (event_type = 'view_item') as views,
    count(*) filter (event_type = 'add_to_cart') as adds, 0 as orders, 0 as units, 0 as gross
  from events where event_type in ('view_item', 'add_to_cart') group by 1, 2
  union all
  select product_id, order_date, 0, 0, count(distinct order_id), sum(quantity), sum(quantity * unit_price)
  from order_lines group by 1, 2
) group by all`,
    },
  ];
}

interface BareFunnel {
  readonly table: string;
  readonly funnel: string;
  readonly unit: 'customer' | 'session';
  readonly steps: readonly [string, string, string, string];
}

const SHOP = ['view_item', 'add_to_cart', 'begin_checkout', 'purchase'] as const;
const SEARCH = ['search', 'view_item', 'add_to_cart', 'purchase'] as const;
const FUNNELS: readonly BareFunnel[] = [
  { table: 'funnel_shop_customer', funnel: 'shop', unit: 'customer', steps: SHOP },
  { table: 'funnel_shop_session', funnel: 'shop', unit: 'session', steps: SHOP },
  { table: 'funnel_search_customer', funnel: 'search', unit: 'customer', steps: SEARCH },
  { table: 'funnel_search_session', funnel: 'search', unit: 'session', steps: SEARCH },
];

/**
 * Every entry with the first step 2 after it, the first step 3 after that, and so on, by one ASOF join a step; of a unit's
 * entries of one day the deepest, then the earliest there.
 */
function funnelSql({ table, funnel, unit, steps }: BareFunnel): string {
  const id =
    unit === 'customer' ? `coalesce('u:' || user_id, customer_id)` : `anonymous_id || '/' || session_id`;
  const inTime = (step: number) =>
    unit === 'customer' ? ` and s${step}.event_time <= walk_${step - 1}.entry_time + interval 7 days` : '';
  const stepOf = (type: string) =>
    `select ${id} as unit_id, event_time, event_id from events join devices using (anonymous_id) where event_type = '${type}'`;
  const walk = (step: number, type: string, before: string) => `walk_${step} as (
  select walk_${step - 1}.*, case when walk_${step - 1}.${before} is not null${inTime(step)} then s${step}.event_time end as step_${step}_at
  from walk_${step - 1} asof left join (${stepOf(type)}) as s${step}
    on s${step}.unit_id = walk_${step - 1}.unit_id and s${step}.event_time >= walk_${step - 1}.${before}
)`;
  return `create table ${table} as
with walk_1 as (
  select ${id} as unit_id, coalesce('u:' || user_id, customer_id) as customer_id, event_time as entry_time, event_date as entry_date, event_id, anonymous_id, session_id
  from events join devices using (anonymous_id) where event_type = '${steps[0]}'
),
${walk(2, steps[1], 'entry_time')},
${walk(3, steps[2], 'step_2_at')},
${walk(4, steps[3], 'step_3_at')}
select '${funnel}' as funnel, '${unit}' as unit_kind, walk_4.unit_id, entry_date, entry_time,
  case when step_4_at is not null then 4 when step_3_at is not null then 3 when step_2_at is not null then 2 else 1 end as depth,
  step_2_at, step_3_at, step_4_at, coalesce(sessions.channel, 'unknown') as channel, coalesce(sessions.device, 'unknown') as device,
  coalesce(sessions.country, 'unknown') as country, customers.first_seen_at::date = entry_date as is_new
from (
  select * from walk_4
  qualify row_number() over (
    partition by unit_id, entry_date
    order by step_4_at is null, step_3_at is null, step_2_at is null, coalesce(step_4_at, step_3_at, step_2_at, entry_time), entry_time desc, event_id desc
  ) = 1
) as walk_4
left join sessions on sessions.anonymous_id = walk_4.anonymous_id and sessions.session_id = walk_4.session_id
left join customers on customers.customer_id = walk_4.customer_id`;
}
