import type { StoredLedgerRow } from '../domain/ledger.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { Reconciliation } from './run-record.ts';

/**
 * Totals of what arrived and what became of it: the left side from the ledger, the right side counted in the tables.
 * The check ledger_balances holds them equal row by row.
 */
export async function reconcile(
  engine: SqlEngine,
  rows: readonly StoredLedgerRow[],
): Promise<Reconciliation> {
  const counted = await engine.query(`select
  cast((select count(*) from stg_events) as bigint) as staged,
  cast((select count(*) from stg_late_events) as bigint) as too_late,
  cast((select count(*) from event_copies where copy_rank > 1) as bigint) as collapsed`);
  const [staged, tooLate, collapsed] = counted.rows[0] ?? [];
  const events = rows.filter((row) => row.source === 'events');
  const sum = (value: (row: StoredLedgerRow) => number): number =>
    events.reduce((total, row) => total + value(row), 0);
  return {
    received: sum((row) => row.received),
    accepted: sum((row) => row.accepted),
    duplicate: sum((row) => row.duplicate),
    quarantined: sum((row) => row.quarantined),
    staged: Number(staged ?? 0),
    tooLate: Number(tooLate ?? 0),
    collapsed: Number(collapsed ?? 0),
  };
}
