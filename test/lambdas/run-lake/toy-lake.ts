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

function sql(file: string, fields: string, columns: readonly string[], body = ''): SqlFile {
  const name = file.split('/').at(-1)?.replace('.sql', '');
  const kind = file.startsWith('checks/') ? 'check' : 'model';
  const declared = columns.length === 0 ? '' : `\ncolumns:\n  ${columns.join('\n  ')}`;
  return { file, text: `/*\n${kind}: ${name}\nmeaning: M.\n${fields}${declared}\n*/\n${body}\n` };
}

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
