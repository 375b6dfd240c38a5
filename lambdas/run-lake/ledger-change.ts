import { textLiteral } from '../domain/models/literal.ts';
import type { Model, Partition } from '../domain/models/model.ts';
import type { SqlEngine } from '../ports/sql-engine.ts';
import type { RunLakeDependencies } from './run-dependencies.ts';
import type { RunRecord } from './run-record.ts';
import type { TableChange } from './table-versions.ts';

const LEDGER = 'ledger';
/** A row holds counts by minute and may be some ten kilobytes. */
export const LEDGER_ROWS_OF_PERIOD = 500;
const ARRIVAL = 'min_arrival_time';

/** How the published ledger is cut: by the month in which a batch began to arrive. */
export function ledgerPartition(model: Pick<Model, 'name' | 'columns'>): Partition | null {
  const isDated = model.name === LEDGER && model.columns.some(({ name }) => name === ARRIVAL);
  return isDated ? { kind: 'month', column: ARRIVAL } : null;
}

/**
 * What the run changed in the exported ledger: an incremental run adds the rows that it stages and leaves the others
 * alone, and a full one writes them all. Null where the ledger has no arrivals.
 */
export async function changeOfLedger(
  { engine, models }: Pick<RunLakeDependencies, 'engine' | 'models'>,
  run: Pick<RunRecord, 'runId' | 'mode'>,
): Promise<TableChange | null> {
  const ledger = models.models.find(({ name }) => name === LEDGER);
  if (ledger === undefined || ledgerPartition(ledger) === null) return null;
  const months = run.mode === 'full' ? null : await monthsStagedBy(engine, run.runId);
  const inserted = months === null ? 1 : months.length;
  return { model: LEDGER, inserted, updated: 0, deleted: 0, partitions: months };
}

async function monthsStagedBy(engine: SqlEngine, runId: string): Promise<readonly string[]> {
  const { rows } = await engine.query(
    `select distinct cast(cast(date_trunc('month', ${ARRIVAL}) as date) as varchar)
from ${LEDGER}
where staged_by = ${textLiteral(runId)}
order by 1`,
  );
  return rows.map(([month]) => String(month));
}
