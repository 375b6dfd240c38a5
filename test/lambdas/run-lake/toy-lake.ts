import { readFileSync } from 'node:fs';
import type { LedgerRow } from '../../../lambdas/domain/ledger.ts';
import type { SqlFile } from '../../../lambdas/domain/models/model.ts';
import { ledgerRow } from '../../contract/ledger-store-contract.ts';

/** A toy lake: each ledger row is one event; enough for the steps of a run, none of the real models. */
export const FILES: readonly SqlFile[] = [
  sql('sources/lake_state.sql', 'grain: one row\nmaterialization: source\norigin: rows', [
    'watermark timestamp(6) | W.',
    'allowed_lateness_s bigint | L.',
    'reporting_currency varchar | C.',
  ]),
  sql('sources/ledger.sql', 'grain: one row per batch\nmaterialization: source\norigin: rows', [
    'ledger_id varchar | I.',
    'staged_by varchar | R.',
    'revenue_by_currency varchar | C.',
  ]),
  sql('sources/set_aside_objects.sql', 'grain: one row\nmaterialization: source\norigin: rows', [
    'ledger_id varchar | I.',
    'kind varchar | K.',
    'object_key varchar | O.',
    'records bigint | N.',
    'replacement_key varchar | R.',
    'source varchar | S.',
  ]),
  sql(
    'staging/event_copies.sql',
    'grain: copy\nmaterialization: scratch\ninputs: ledger',
    ['event_id varchar | E.', 'ledger_id varchar | L.', 'currency varchar | C.', 'copy_rank bigint | K.'],
    `select ledger_id as event_id, ledger_id, revenue_by_currency as currency, 1 as copy_rank from ledger`,
  ),
  sql(
    'staging/stg_events.sql',
    'grain: event\nkey: event_id\npartition: none\nslice: all\ninputs: event_copies',
    [
      'event_id varchar | E.',
      'ledger_id varchar | L.',
      'event_type varchar | T.',
      'currency varchar | C.',
      'event_time bigint | T.',
    ],
    `select event_id, ledger_id, 'purchase' as event_type, 'EUR' as currency, 0 as event_time from event_copies`,
  ),
  sql(
    'staging/stg_late_events.sql',
    'grain: event\nkey: event_id\npartition: none\nslice: all\ninputs: event_copies',
    ['event_id varchar | E.'],
    'select event_id from event_copies where false',
  ),
  sql(
    'staging/stg_repeats.sql',
    'grain: event\nkey: event_id\npartition: none\nslice: all\ninputs: event_copies',
    ['event_id varchar | E.', 'ledger_id varchar | L.'],
    'select event_id, ledger_id from event_copies where false',
  ),
  sql(
    'staging/stg_id_conflicts.sql',
    'grain: event\nmaterialization: scratch\ninputs: event_copies',
    ['event_id varchar | E.', 'ledger_id varchar | L.'],
    'select event_id, ledger_id from event_copies where false',
  ),
  sql(
    'staging/orphan_claims.sql',
    'grain: event\nmaterialization: scratch\ninputs: event_copies',
    ['event_id varchar | E.', 'copies bigint | N.'],
    'select event_id, 0 as copies from event_copies where false',
  ),
  sql(
    'staging/quarantined_records.sql',
    'grain: record\nmaterialization: scratch\ninputs: event_copies',
    ['reason varchar | R.', 'replayed_by varchar | L.'],
    'select event_id as reason, event_id as replayed_by from event_copies where false',
  ),
  sql(
    'curated/totals.sql',
    'grain: one row\nkey: currency\npartition: none\nslice: all\ninputs: stg_events, lake_state',
    [
      'currency varchar | C.',
      'events bigint | E.',
      'money decimal(18,4) | M.',
      'watermark timestamp(6) | W.',
    ],
    `select coalesce(max(reporting_currency), '?') as currency, count(*) as events, 1.005 as money, max(watermark) as watermark from stg_events cross join lake_state`,
  ),
];

export function sql(file: string, fields: string, columns: readonly string[], body = ''): SqlFile {
  const name = file.split('/').at(-1)?.replace('.sql', '');
  const kind = file.startsWith('checks/') ? 'check' : 'model';
  const declared = columns.length === 0 ? '' : `\ncolumns:\n  ${columns.join('\n  ')}`;
  return { file, text: `/*\n${kind}: ${name}\nmeaning: M.\n${fields}${declared}\n*/\n${body}\n` };
}

/** The same with tables of which a run computes a part: events by id, and days by the events that changed. */
export const SLICED_FILES: readonly SqlFile[] = [
  ...FILES.filter(({ file }) => !/event_copies|stg_events|totals|sources.ledger/.test(file)),
  sql('sources/batches_to_stage.sql', 'grain: batch\nmaterialization: source\norigin: rows', [
    'ledger_id varchar | I.',
    'source varchar | S.',
  ]),
  sql('sources/ledger.sql', 'grain: one row per batch\nmaterialization: source\norigin: rows', [
    'ledger_id varchar | I.',
    'staged_by varchar | R.',
    'min_arrival_time timestamp(6) | T.',
  ]),
  sql(
    'staging/event_copies.sql',
    'grain: copy\nmaterialization: scratch\ninputs: ledger, batches_to_stage',
    ['event_id varchar | E.', 'ledger_id varchar | L.', 'event_date date | D.', 'copy_rank bigint | K.'],
    `select ledger.ledger_id as event_id, ledger.ledger_id, cast(min_arrival_time as date) as event_date, 1 as copy_rank from ledger join batches_to_stage as batches on batches.ledger_id = ledger.ledger_id`,
  ),
  sql(
    'touched/touched_event_ids.sql',
    'grain: id\nmaterialization: touched\ninputs: event_copies',
    ['event_id varchar | E.'],
    'select event_id from event_copies',
  ),
  sql(
    'staging/stg_events.sql',
    'grain: event\nkey: event_id\npartition: event_date\nslice: event_id of touched_event_ids\ninputs: event_copies',
    [
      'event_id varchar | E.',
      'event_date date | D.',
      'ledger_id varchar | L.',
      'event_type varchar | T.',
      'currency varchar | C.',
      'event_time bigint | T.',
    ],
    `select event_id, event_date, ledger_id, 'purchase' as event_type, 'EUR' as currency, 0 as event_time from event_copies`,
  ),
  sql(
    'touched/touched_days.sql',
    'grain: day\nmaterialization: touched\ninputs: stg_events',
    ['event_date date | D.'],
    'select distinct event_date from stg_events_changes',
  ),
  sql(
    'curated/days.sql',
    'grain: day\nkey: event_date\npartition: month(event_date)\nslice: event_date of touched_days\nrestrict: stg_events on event_date of touched_days\ninputs: stg_events',
    ['event_date date | D.', 'events bigint | E.'],
    'select event_date, count(*) as events from stg_events group by event_date',
  ),
  sql(
    'curated/totals.sql',
    'grain: one row\nkey: events\npartition: none\nslice: all\ninputs: days',
    ['events bigint | E.'],
    'select cast(sum(events) as bigint) as events from days',
  ),
];

export const FAILING_CHECK = sql(
  'checks/too_many.sql',
  'severity: error\ninputs: stg_events',
  [],
  'select event_id from stg_events where event_id > $$b$$',
);

export const CHECK_RESULTS = sql(
  'sources/check_results.sql',
  'grain: one row per run and check\nmaterialization: source\norigin: rows',
  [
    'run_id varchar | R.',
    'check_name varchar | C.',
    'severity varchar | S.',
    'bad_rows bigint | B.',
    'examples varchar | E.',
    'meaning varchar | M.',
    'started_at timestamp(6) | T.',
  ],
);

/** The one source here that is the lake's own file. */
export const PUBLISH_STATUS: SqlFile = {
  file: 'sources/publish_status.sql',
  text: readFileSync('athena/sources/publish_status.sql', 'utf8'),
};

/** A batch of one event. */
export function row(ledgerId: string, arrivalTime: string): LedgerRow {
  return ledgerRow(ledgerId, {
    shardId: ledgerId,
    objects: [],
    received: 1,
    accepted: 1,
    duplicate: 0,
    quarantined: 0,
    minArrivalTime: arrivalTime,
    maxArrivalTime: arrivalTime,
    revenueByCurrency: {},
  });
}
