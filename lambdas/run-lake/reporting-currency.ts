import type { SqlEngine } from '../ports/sql-engine.ts';

/**
 * The currency of the smallest (event_time, event_id) purchase among the staged events: what a lake reports in for
 * ever when nobody has set another (tables.md §4). Null without a purchase.
 */
export async function currencyOfFirstPurchase(engine: SqlEngine): Promise<string | null> {
  const first = await engine.query(
    `select currency from stg_events where event_type = 'purchase' order by event_time, event_id limit 1`,
  );
  const currency = first.rows[0]?.[0];
  return typeof currency === 'string' ? currency : null;
}

/** What the tables of this run were built with: it becomes the lake's when the run has succeeded. */
export async function currencyOfTables(engine: SqlEngine): Promise<string | null> {
  const state = await engine.query('select reporting_currency from lake_state');
  const currency = state.rows[0]?.[0];
  return typeof currency === 'string' ? currency : null;
}
