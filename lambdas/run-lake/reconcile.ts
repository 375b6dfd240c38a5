import type { StoredLedgerRow } from '../domain/ledger.ts';
import { ledgerTotals } from '../domain/ledger-totals.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { Reconciliation } from './run-record.ts';

/**
 * Totals of what arrived and what became of it, each record once: the left side from the ledger, the right side counted
 * in the tables. The check ledger_balances holds them equal row by row. Rows that landed after this run's sources were
 * loaded are left out.
 */
export async function reconcile(
  engine: SqlEngine,
  rows: readonly StoredLedgerRow[],
): Promise<Reconciliation> {
  const exported = await engine.query(`select ledger_id from ledger`);
  const loaded = new Set(exported.rows.map(([ledgerId]) => String(ledgerId)));
  const events = rows.filter((row) => row.source === 'events' && loaded.has(row.ledgerId));
  const [staged = 0, tooLate = 0, folded = 0] = await countsOf(engine, STAGED);
  const totals = ledgerTotals(events);
  if (totals.redelivered === 0) {
    const { received, accepted, duplicate, quarantined } = totals;
    return { received, accepted, duplicate, quarantined, staged, tooLate, collapsed: folded, redelivered: 0 };
  }
  const [accepted = 0, duplicate = 0, quarantined = 0, redelivered = 0, foldedAgain = 0] = await countsOf(
    engine,
    DELIVERIES,
  );
  const landed = events.reduce((sum, row) => sum + row.received, 0);
  return {
    received: landed - redelivered,
    accepted,
    duplicate,
    quarantined,
    staged,
    tooLate,
    collapsed: folded - foldedAgain,
    redelivered,
  };
}

const STAGED = `select
  (select count(*) from stg_events) as staged,
  (select count(*) from stg_late_events) as too_late,
  (select count(*) from event_copies where copy_rank > 1 and event_id is not null) as folded`;

/**
 * Rows overlap: equal coordinates are one record that the stream gave again. It counts as accepted when any of its
 * deliveries was, else as duplicate, else as quarantined.
 */
const DELIVERIES = `with deliveries as (
  select shard_id, sequence_number, record_index, 1 as fate
  from event_copies
  union all
  ${refused('raw_duplicates', 'duplicates', 2)}
  union all
  ${refused('raw_quarantine', 'quarantine', 3)}
),
records as (
  select
    min(fate) as fate,
    count(*) as deliveries,
    count(case when fate = 1 then 1 end) as accepted_deliveries
  from deliveries
  group by shard_id, sequence_number, record_index
)
select
  count(case when fate = 1 then 1 end) as accepted,
  count(case when fate = 2 then 1 end) as duplicate,
  count(case when fate = 3 then 1 end) as quarantined,
  coalesce(sum(deliveries - 1), 0) as redelivered,
  coalesce(sum(case when fate = 1 then accepted_deliveries - 1 end), 0) as folded_again
from records`;

/** One row per delivery of a record that was refused, under each ledger row that names it. */
function refused(table: string, kind: string, fate: number): string {
  return `select
    ${table}._shard_id,
    ${table}._sequence_number,
    coalesce(try_cast(${table}._record_index as bigint), 0),
    ${fate}
  from ${table}
  join ledger_objects on ledger_objects.location = ${table}."$path"
  where ledger_objects.source = 'events' and ledger_objects.kind = '${kind}'`;
}

async function countsOf(engine: SqlEngine, sql: string): Promise<readonly number[]> {
  const { rows } = await engine.query(sql);
  return (rows[0] ?? []).map(Number);
}
