import type { StoredLedgerRow } from '../domain/ledger.ts';
import { ledgerTotals } from '../domain/ledger-totals.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { QuarantineReport, Reconciliation } from './run-record.ts';

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
  const [staged = 0, tooLate = 0, folded = 0, conflicts = 0, setAside = 0, orphaned = 0, outOfReach = 0] =
    await countsOf(engine, STAGED);
  const { received, accepted, duplicate, quarantined, redelivered } = ledgerTotals(events);
  const counted = { received, staged, tooLate, conflicts, orphaned };
  if (redelivered === 0) {
    const collapsed = folded - conflicts;
    return { ...counted, accepted, duplicate, quarantined, collapsed, setAside, redelivered };
  }
  const deliveries = await deliveriesOf(engine);
  const collapsed = folded - deliveries.foldedAgain - conflicts;
  if (outOfReach > 0) {
    // What lies out of reach cannot be told from its other deliveries: it is what the tables lack of the ledger.
    const lacking = Math.max(0, accepted - staged - tooLate - collapsed - conflicts);
    return { ...counted, accepted, duplicate, quarantined, collapsed, setAside: lacking, redelivered };
  }
  const { foldedAgain: _, ...told } = deliveries;
  const landed = events.reduce((sum, row) => sum + (row.origin === 'stream' ? row.received : 0), 0);
  return { ...counted, ...told, received: landed - told.redelivered, collapsed, setAside };
}

/** Refused records by reason, those that staging found in conflict among them; most first. */
export async function quarantineOf(engine: SqlEngine): Promise<readonly QuarantineReport[]> {
  const { rows } = await engine.query(
    'select reason, count(*) as records, count(replayed_by) as replayed from quarantined_records group by reason order by 2 desc, 1',
  );
  return rows.map(([reason, records, replayed]) => ({
    reason: String(reason),
    records: Number(records),
    replayed: Number(replayed),
  }));
}

/** Only the stream's: what files brought balances file by file, which the check ledger_balances holds. */
const OF_STREAM = `not starts_with(ledger_id, 'file_events/')`;

const STAGED = `select
  (select count(*) from stg_events where ${OF_STREAM}) as staged,
  (select count(*) from stg_late_events) as too_late,
  (select count(*) from stg_repeats where ${OF_STREAM}) as folded,
  (select count(*) from stg_id_conflicts where ${OF_STREAM}) as conflicts,
  (select coalesce(sum(records), 0) from set_aside_objects where kind = 'raw' and source = 'events' and replacement_key is null) as set_aside,
  (select coalesce(sum(copies), 0) from orphan_claims) as orphaned,
  (select count(*) from set_aside_objects where source = 'events' and replacement_key is null) as out_of_reach`;

/** What became of records that the stream gave in several rows, counted in the tables. */
async function deliveriesOf(engine: SqlEngine) {
  const [accepted = 0, duplicate = 0, quarantined = 0, redelivered = 0, foldedAgain = 0] = await countsOf(
    engine,
    DELIVERIES,
  );
  return { accepted, duplicate, quarantined, redelivered, foldedAgain };
}

/**
 * Rows overlap: equal coordinates are one record that the stream gave again, or that was recovered. It counts as
 * accepted when any of its deliveries was, else as duplicate, else as quarantined.
 */
const DELIVERIES = `with deliveries as (
  ${deliveries('stg_events', 1)}
  where ${OF_STREAM}
  union all
  ${deliveries('stg_late_events', 1)}
  union all
  ${deliveries('stg_repeats', 1)}
  where ${OF_STREAM}
  union all
  ${deliveries('stg_duplicates', 2)}
  union all
  ${deliveries('stg_refused', 3)}
),
records as (
  select
    min(deliveries.fate) as fate,
    count(case when ledger.origin = 'stream' then 1 end) as deliveries,
    count(case when deliveries.fate = 1 then 1 end) as accepted_deliveries
  from deliveries
  join ledger on ledger.ledger_id = deliveries.ledger_id
  group by deliveries.shard_id, deliveries.sequence_number, deliveries.record_index
)
select
  count(case when fate = 1 then 1 end) as accepted,
  count(case when fate = 2 then 1 end) as duplicate,
  count(case when fate = 3 then 1 end) as quarantined,
  coalesce(sum(case when deliveries > 1 then deliveries - 1 end), 0) as redelivered,
  coalesce(sum(case when fate = 1 then accepted_deliveries - 1 end), 0) as folded_again
from records`;

/** One row per delivery of a record, under the ledger row that brought it, and what became of it. */
function deliveries(table: string, fate: number): string {
  return `select shard_id, sequence_number, record_index, ledger_id, ${fate} as fate
  from ${table}`;
}

async function countsOf(engine: SqlEngine, sql: string): Promise<readonly number[]> {
  const { rows } = await engine.query(sql);
  return (rows[0] ?? []).map(Number);
}
