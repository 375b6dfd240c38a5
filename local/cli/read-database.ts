import { existsSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { DuckDbEngine } from '../duckdb-engine.ts';
import type { Lake } from '../lake.ts';
import type { CommandContext } from './context.ts';
import { requireTablesHere } from './engine/tables-place.ts';
import { CommandError, usageError } from './errors.ts';
import { openTables } from './open-tables.ts';

/** Whether a run has ever built tables: one that was cut off or failed leaves a database without any. */
export async function holdsTables(engine: DuckDbEngine): Promise<boolean> {
  const { rows } = await engine.query(
    `select count(*) from information_schema.tables where table_schema = 'main'`,
  );
  return Number(rows[0]?.[0]) > 0;
}

/** As openForReadingIfBuilt; throws CommandError `no_tables` when nothing was built yet. */
export async function openForReading(
  context: CommandContext,
  lake: Lake,
  waitS: number,
): Promise<DuckDbEngine> {
  await requireTablesHere(context, lake);
  const engine = await openForReadingIfBuilt(context, lake, waitS);
  if (engine !== null) return engine;
  throw new CommandError(
    'no_tables',
    `The lake in ${lake.folder} has no tables yet: build them with \`run\`.`,
  );
}

/**
 * Opens the lake's tables for reading and nothing else: the file is open read only, and SQL reaches no file but the
 * lake's own objects. Makes the lake the process's working directory: resolve other names before. Waits while another
 * command writes. Null when nothing was built yet; throws CommandError when the other command does not end in time.
 */
export async function openForReadingIfBuilt(
  context: CommandContext,
  lake: Lake,
  waitS: number,
): Promise<DuckDbEngine | null> {
  if (!existsSync(lake.databaseFile)) return null;
  const engine = await openTables(context, waitS, {
    file: lake.databaseFile,
    readOnly: true,
    memoryLimitMb: context.settings.engineMemoryMb,
    tempFolder: path.join(lake.tempFolder, 'duckdb'),
    searchFolder: lake.folder,
  });
  if (!(await holdsTables(engine))) {
    engine.close();
    return null;
  }
  context.interrupt.endAtOnce();
  // The raw zones' views name their objects relative to the lake, and DuckDB judges a relative name by this folder.
  process.chdir(lake.folder);
  await engine.execute(`set allowed_directories = [${sqlText(lake.objectsFolder)}]`);
  await engine.execute('set enable_external_access = false');
  return engine;
}

const PARSED = z.object({
  error: z.boolean(),
  error_type: z.string().optional(),
  error_message: z.string().optional(),
  statements: z.array(z.unknown()).optional(),
});

/** Blanks, comments, then EXPLAIN, which the parser's own answer knows nothing of. */
const EXPLAIN = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*explain\s+(?:analyze\s+)?/i;

/** Whether the statement asks for a plan. */
export function isExplain(sql: string): boolean {
  return EXPLAIN.test(sql);
}

/**
 * Refuses, by the engine's own parser, all that is not exactly one statement that only reads (SELECT, VALUES, FROM,
 * DESCRIBE, SHOW, SUMMARIZE, or EXPLAIN of one): a COPY could write into the zones. Throws a usage error.
 */
export async function requireOneSelect(engine: DuckDbEngine, sql: string): Promise<void> {
  if (sql.includes('\0')) throw usageError('The SQL holds a NUL character: write chr(0) for it.');
  const answer = await engine.query(`select json_serialize_sql(${sqlText(sql.replace(EXPLAIN, ''))})`);
  const parsed = PARSED.parse(JSON.parse(String(answer.rows[0]?.[0])));
  if (parsed.error && parsed.error_type === 'not implemented') {
    throw usageError(
      'query only reads: give one SELECT (or DESCRIBE, SHOW, SUMMARIZE, EXPLAIN); tables are changed by `run` and `build`.',
    );
  }
  if (parsed.error)
    throw new CommandError('sql', `The SQL cannot be read: ${parsed.error_message ?? 'no reason given'}.`);
  const statements = parsed.statements?.length ?? 0;
  if (statements !== 1) throw usageError(`query takes one statement, and this text holds ${statements}.`);
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
