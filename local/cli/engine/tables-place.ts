import type { LedgerStore } from '../../../lambdas/ports/ledger-store.ts';
import { readLakeState, replaceState } from '../../../lambdas/run-lake/lake-state.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import type { Lake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../errors.ts';
import type { EnginePlace } from './engine-options.ts';

const STATE_NAME = 'tables_place';
const HERE = 'duckdb';
/** A rebuild that was to move the tables began and has not ended: they may stand in pieces. */
const NOWHERE = 'nowhere';

/** How a place is remembered: not by its address, which a cluster may change. */
export function nameOfPlace(place: EnginePlace): string {
  return place.kind === 'duckdb' ? HERE : `trino ${place.catalog}.${place.schema}`;
}

/** Where the lake's tables stand; null before its first good build. */
export async function readTablesPlace(ledger: LedgerStore): Promise<string | null> {
  if ((await readLakeState(ledger)).modelsFingerprint === null) return null;
  // Lakes of before there was a choice have no such state.
  return (await ledger.readState(STATE_NAME)) ?? HERE;
}

/**
 * Makes sure that a task works on the tables that the ledger speaks of: what one place has staged is missing in any
 * other. A rebuild may move them, since it reads everything anew. To be followed by settleTablesPlace once the task has
 * succeeded. Throws CommandError `tables_elsewhere`.
 */
export async function claimTablesPlace(
  ledger: LedgerStore,
  place: EnginePlace,
  task: RunTask | undefined,
): Promise<void> {
  const stands = await readTablesPlace(ledger);
  const asked = nameOfPlace(place);
  if (stands === asked) return;
  if (stands === null) return replaceState(ledger, STATE_NAME, asked);
  if (task?.kind !== 'rebuild') throw elsewhere(stands);
  await replaceState(ledger, STATE_NAME, NOWHERE);
}

/** After a task that succeeded there. */
export async function settleTablesPlace(ledger: LedgerStore, place: EnginePlace): Promise<void> {
  await replaceState(ledger, STATE_NAME, nameOfPlace(place));
}

/** Throws CommandError `tables_elsewhere` for a reader of another place. */
export async function requireTablesPlace(ledger: LedgerStore, place: EnginePlace): Promise<void> {
  const stands = await readTablesPlace(ledger);
  if (stands !== null && stands !== nameOfPlace(place)) throw elsewhere(stands);
}

/** The same for a command that knows no cluster. */
export async function requireTablesHere(context: CommandContext, lake: Lake): Promise<void> {
  const stores = await openLakeStores(lake, context.clock);
  try {
    const stands = await readTablesPlace(stores.ledger);
    if (stands === null || stands === HERE) return;
    const { code, message } = elsewhere(stands);
    throw stands === NOWHERE
      ? new CommandError(code, message)
      : new CommandError(
          code,
          `The tables of this lake stand in a Trino cluster, and this command reads what a laptop builds: ask the cluster by \`query --engine trino\`, or bring the tables back with \`rebuild\`.`,
        );
  } finally {
    stores.close();
  }
}

function elsewhere(stands: string): CommandError {
  if (stands === NOWHERE) {
    return new CommandError(
      'tables_elsewhere',
      'A rebuild that was to move the tables has not ended: give `rebuild` again, with --engine trino or without.',
    );
  }
  const [catalog, schema] = stands.replace('trino ', '').split('.');
  const [where, options] =
    stands === HERE
      ? ["the lake's own DuckDB file", 'leave --engine out']
      : [
          `Trino (${catalog}.${schema})`,
          `give --engine trino --trino-catalog ${catalog} --trino-schema ${schema}`,
        ];
  return new CommandError(
    'tables_elsewhere',
    `The tables of this lake stand in ${where}: ${options}, or move them with \`rebuild\`.`,
  );
}
