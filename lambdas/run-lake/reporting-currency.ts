import { isoCurrency } from '../domain/currency.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import { STATE_NAMES } from './lake-state.ts';

/**
 * Fixes the lake's reporting currency for ever, in the first run that stages a purchase: the setting, or that of the
 * smallest (event_time, event_id) purchase (tables.md §4). Returns whether it was fixed just now.
 */
export async function fixReportingCurrency(
  deps: { readonly engine: SqlEngine; readonly ledger: LedgerStore },
  setting: string | null,
): Promise<boolean> {
  if ((await deps.ledger.readState(STATE_NAMES.reportingCurrency)) !== null) return false;
  const first = await deps.engine.query(
    `select currency from stg_events where event_type = 'purchase' order by event_time, event_id limit 1`,
  );
  const sent = first.rows[0]?.[0];
  if (typeof sent !== 'string') return false;
  return deps.ledger.writeState(STATE_NAMES.reportingCurrency, null, isoCurrency(setting ?? sent));
}
