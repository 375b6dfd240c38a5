import { type DuckDbEngine, type DuckDbOptions, openDuckDb } from '../duckdb-engine.ts';
import { StorageError } from '../storage-error.ts';
import type { CommandContext } from './context.ts';
import { CommandError } from './errors.ts';
import { waitFor } from './wait.ts';

/**
 * Opens the lake's tables, waiting while another process holds the file: one writer, or any number of readers. Throws
 * CommandError `tables_in_use` when that does not end in time.
 */
export async function openTables(
  context: CommandContext,
  waitS: number,
  options: DuckDbOptions,
): Promise<DuckDbEngine> {
  let who = '';
  const engine = await waitFor(context, { waitS, describe: () => who }, async () => {
    try {
      return await openDuckDb(options);
    } catch (error) {
      if (!(error instanceof StorageError) || error.fault !== 'busy') throw error;
      who = error.message;
      return null;
    }
  });
  if (engine !== null) return engine;
  throw new CommandError('tables_in_use', `${who} (waited ${waitS} s; --wait gives more).`);
}
