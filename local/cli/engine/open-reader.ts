import type { SqlEngine, SqlResult } from '../../../lambdas/ports/sql-engine.ts';
import type { Lake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, usageError } from '../errors.ts';
import { openForReadingIfBuilt, requireOneSelect } from '../read-database.ts';
import type { EnginePlace, TrinoPlace } from './engine-options.ts';
import { openTrinoForReading } from './open-trino.ts';
import { requireTablesPlace } from './tables-place.ts';

/** The lake's tables, wherever they stand, for reading. */
export interface TableReader extends SqlEngine {
  /** At least one chunk, so that an empty result has its columns. */
  stream(sql: string): AsyncIterable<SqlResult>;
  /** Throws a usage error for all that is not one statement that only reads. */
  requireReading(sql: string): Promise<void>;
  /** Schema under which information_schema lists the tables. */
  readonly schema: string;
  close(): void;
}

/** Where to read, and how long to wait for a run that writes there. */
export interface ReadingPlace {
  readonly place: EnginePlace;
  readonly waitS: number;
}

/** Null when nothing was built yet. Throws CommandError, `tables_elsewhere` among them. */
export async function openReaderIfBuilt(
  context: CommandContext,
  lake: Lake,
  { place, waitS }: ReadingPlace,
): Promise<TableReader | null> {
  await requirePlace(context, lake, place);
  if (place.kind === 'trino') return trinoReader(context, place);
  const engine = await openForReadingIfBuilt(context, lake, waitS);
  if (engine === null) return null;
  return {
    dialect: 'duckdb',
    schema: 'main',
    execute: (sql) => engine.execute(sql),
    query: (sql) => engine.query(sql),
    stream: (sql) => engine.stream(sql),
    requireReading: (sql) => requireOneSelect(engine, sql),
    close: () => engine.close(),
  };
}

/** As openReaderIfBuilt; throws CommandError `no_tables` when nothing was built yet. */
export async function openReader(
  context: CommandContext,
  lake: Lake,
  at: ReadingPlace,
): Promise<TableReader> {
  const reader = await openReaderIfBuilt(context, lake, at);
  if (reader !== null) return reader;
  throw new CommandError(
    'no_tables',
    `The lake in ${lake.folder} has no tables yet: build them with \`run\`.`,
  );
}

async function requirePlace(context: CommandContext, lake: Lake, place: EnginePlace): Promise<void> {
  const stores = await openLakeStores(lake, context.clock);
  try {
    await requireTablesPlace(stores.ledger, place);
  } finally {
    stores.close();
  }
}

async function trinoReader(context: CommandContext, place: TrinoPlace): Promise<TableReader | null> {
  const engine = await openTrinoForReading(place);
  if (engine === null) return null;
  context.interrupt.endAtOnce();
  return {
    dialect: 'trino',
    schema: place.schema,
    execute: (sql) => engine.execute(sql),
    query: (sql) => engine.query(sql),
    stream: (sql) => engine.stream(sql),
    requireReading: async (sql) => requireReadingText(sql),
    close: () => undefined,
  };
}

/** Blanks and comments, then the word that a reading statement begins with. Trino takes one statement at a time. */
const READS =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*(?:explain\s+(?:analyze\s+)?(?:verbose\s+)?(?:\([^)]*\)\s*)?)?\(*\s*(?:select|with|values|table|show|describe|desc)\b/i;

/** Throws a usage error for a text that begins like no statement that only reads. */
export function requireReadingText(sql: string): void {
  if (READS.test(sql)) return;
  throw usageError(
    'query only reads: give one SELECT (or WITH, VALUES, SHOW, DESCRIBE, EXPLAIN); tables are changed by `run` and `build`.',
  );
}
