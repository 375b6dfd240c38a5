import type { Model, ModelLibrary } from '../../../lambdas/domain/models/model.ts';

/** A mistake that somebody could make in the SQL: a text of one model, and what stands there instead. */
export interface PlantedMistake {
  readonly name: string;
  /** What a history holds in which it can show. */
  readonly edge: string;
  readonly model: string;
  /** Each stands exactly once in the model's body. */
  readonly changes: readonly (readonly [was: string, is: string])[];
  /** A table that is wrong then. */
  readonly table: string;
}

/** Mistakes in what a table means: wrong in a full build too, so that the oracle alone can tell. */
const IN_DEFINITIONS: readonly PlantedMistake[] = [
  {
    name: 'the last microsecond of the window is left out',
    edge: 'the last microsecond of the window',
    model: 'funnel_ordered_walks',
    changes: [
      [
        'else first_4 + 3\n    end\n    and found.event_time <= walks.end_time',
        'else first_4 + 3\n    end\n    and found.event_time < walks.end_time',
      ],
    ],
    table: 'funnel_entries',
  },
  {
    name: 'as late as allowed is too late',
    edge: 'as late as allowed',
    model: 'stg_events',
    changes: [
      [
        'copies.lateness_s <= lake_state.allowed_lateness_s',
        'copies.lateness_s < lake_state.allowed_lateness_s',
      ],
    ],
    table: 'stg_events',
  },
  {
    name: 'of orders of one time the last id counts',
    edge: 'an order_id twice at one time',
    model: 'order_purchases',
    changes: [['order by event_time, event_id)', 'order by event_time, event_id desc)']],
    table: 'fct_orders',
  },
  {
    name: 'steps of one time go by their ids',
    edge: 'events of one time',
    model: 'funnel_ordered_steps',
    changes: [['order by event_time, step, tie_number', 'order by event_time, tie_number, step']],
    table: 'funnel_entries',
  },
  {
    name: 'of entries that come as far the earliest is credited',
    edge: 'two entries of one time',
    model: 'funnel_walks',
    changes: [['entry_time desc, entry_tie desc', 'entry_time, entry_tie']],
    table: 'funnel_entries',
  },
  {
    name: 'a value for life is the sum of the ratios of its months',
    edge: 'two months',
    model: 'cohort_ltv',
    changes: [
      ['cast(abs(cumulative_net) * 10000', 'cast(abs(net) * 10000'],
      ['case when cumulative_net < 0', 'case when net < 0'],
      ['  cast(\n    cast(\n      net_sign', '  cast(sum(cast(\n    cast(\n      net_sign'],
      [') as ltv', ')) over (partition by cohort_month order by age_month) as decimal(18,4)) as ltv'],
    ],
    table: 'cohort_ltv',
  },
  {
    name: 'an average order is rounded down',
    edge: 'two weeks',
    model: 'daily_sales',
    changes: [
      [
        '(2 * days.gross_ten_thousandths + days.orders) / nullif(2 * days.orders, 0)',
        'days.gross_ten_thousandths / nullif(days.orders, 0)',
      ],
    ],
    table: 'daily_sales',
  },
  {
    name: 'the upper median',
    edge: 'two weeks',
    model: 'funnel_daily',
    changes: [['time_rank = (times + 1) / 2', 'time_rank = times / 2 + 1']],
    table: 'funnel_daily',
  },
  {
    name: 'whoever signed in first has the device',
    edge: 'a sign-in that comes late',
    model: 'dim_device',
    changes: [['max_by(', 'min_by(']],
    table: 'dim_device',
  },
  {
    name: 'channels that come after the order count',
    edge: 'a channel that is known after the order',
    model: 'fct_orders',
    changes: [
      ['when sessions.channel_time < web_orders.event_time', 'when sessions.channel_time is not null'],
    ],
    table: 'fct_orders',
  },
];

/** Mistakes in what a change touches: a full build is right, and only a run after others is wrong. */
const IN_SLICES: readonly PlantedMistake[] = [
  {
    name: 'the day after is forgotten',
    edge: 'a late part that comes alone',
    model: 'touched_sale_dates',
    changes: [
      ["select cast(sale_date + interval '1' day as date) as sale_date", 'select sale_date as sale_date'],
    ],
    table: 'daily_sales',
  },
  {
    name: 'days that become final are forgotten',
    edge: 'two weeks',
    model: 'touched_sale_dates',
    changes: [
      [
        "where not daily_sales.is_final\n    and cast(daily_sales.sale_date + interval '1' day as timestamp(6)) <= lake_state.watermark",
        'where daily_sales.sale_date is null and lake_state.watermark is null',
      ],
    ],
    table: 'daily_sales',
  },
  {
    name: 'the date on which an order stood before is forgotten',
    edge: 'an order_id twice, the earlier one later, alone',
    model: 'touched_sale_dates',
    changes: [['from fct_orders_changes', "from fct_orders_changes where op in ('I', 'U')"]],
    table: 'daily_sales',
  },
  {
    name: 'entries of whoever had the device before are forgotten',
    edge: 'a device that signs in late, alone',
    model: 'touched_funnel_units',
    changes: [['    devices.old_customer_id as customer_id', '    devices.new_customer_id as customer_id']],
    table: 'funnel_entries',
  },
  {
    name: 'entries that the watermark has passed stay as they were',
    edge: 'a run that moves the watermark alone',
    model: 'touched_funnel_units',
    changes: [['where not entries.is_final', 'where entries.is_final']],
    table: 'funnel_entries',
  },
  {
    name: 'an entry that is final now is not walked again, though it changed',
    edge: 'a late part that comes alone',
    model: 'touched_funnel_units',
    changes: [['max(is_walked) as is_walked', 'min(is_walked) as is_walked']],
    table: 'funnel_entries',
  },
  {
    name: 'a date on which entries only became final stays as it was',
    edge: 'a run that moves the watermark alone',
    model: 'touched_entry_dates',
    changes: [['    is_final,\n    updated_at\n', '    updated_at\n']],
    table: 'funnel_daily',
  },
  {
    name: 'dates of refunds are forgotten',
    edge: 'a refund that finds its order later',
    model: 'touched_order_dates',
    changes: [["('purchase', 'refund')", "('purchase')"]],
    table: 'fct_refunds',
  },
  {
    name: 'other orders of the customer keep their numbers',
    edge: 'an order that comes late renumbers others, alone',
    model: 'touched_orders',
    changes: [
      [
        'join customers on customers.customer_id = orders.customer_id',
        "join customers on customers.customer_id = orders.customer_id and orders.order_id = ''",
      ],
    ],
    table: 'fct_orders',
  },
  {
    name: 'a visit that changes leaves its order as it was',
    edge: 'a late first event moves a visit, alone',
    model: 'touched_orders',
    changes: [
      [
        'on sessions.anonymous_id = orders.anonymous_id and sessions.session_id = orders.session_id',
        "on sessions.anonymous_id = orders.session_id and sessions.session_id = ''",
      ],
    ],
    table: 'fct_orders',
  },
  {
    name: 'a new price leaves carts as they were',
    edge: 'a new price between carts',
    model: 'touched_orders',
    changes: [
      ["where orders.order_source = 'fakestore'\n  union", "where orders.order_source = ''\n  union"],
    ],
    table: 'fct_orders',
  },
  {
    name: 'entries of the window before are forgotten',
    edge: 'a microsecond within the window',
    model: 'touched_funnel_units',
    changes: [['places.days_before <= funnels.window_days', 'places.days_before <= 0']],
    table: 'funnel_entries',
  },
  {
    name: 'the date on which a visit began before is forgotten',
    edge: 'a visit of more than a day',
    model: 'touched_sessions',
    changes: [
      ['cast(sessions.started_at as date) as first_date', 'cast(sessions.ended_at as date) as first_date'],
    ],
    table: 'fct_sessions',
  },
  {
    name: 'an admission leaves what was too late before',
    edge: 'an admission',
    model: 'touched_event_ids',
    changes: [['late.arrival_time <= admissions.arrived_until', "late.event_id = admissions.run_id || ''"]],
    table: 'stg_events',
  },
];

export const PLANTED_MISTAKES: readonly PlantedMistake[] = [...IN_DEFINITIONS, ...IN_SLICES];

/** The library with the mistake. Throws where the SQL no longer reads so: then the mistake is to be planted anew. */
export function withMistake(library: ModelLibrary, mistake: PlantedMistake): ModelLibrary {
  return {
    ...library,
    models: library.models.map((model) => (model.name === mistake.model ? mistaken(model, mistake) : model)),
  };
}

function mistaken(model: Model, { name, changes }: PlantedMistake): Model {
  if (model.kind === 'source') throw new RangeError(`${model.name} is a source`);
  let { body } = model;
  for (const [was, is] of changes) {
    if (body.split(was).length !== 2) {
      throw new RangeError(`"${name}" cannot be planted: ${model.name} does not say "${was}" once`);
    }
    body = body.replace(was, () => is);
  }
  return { ...model, body };
}
