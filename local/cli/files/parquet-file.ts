import { tmpdir } from 'node:os';
import { literalOf } from '../../../lambdas/domain/models/literal.ts';
import { identifier } from '../../../lambdas/domain/models/render-table.ts';
import {
  type ParquetColumn,
  type ParquetContent,
  UnreadableFileError,
} from '../../../lambdas/ports/input-file.ts';
import { SqlError, type SqlValue } from '../../../lambdas/ports/sql-engine.ts';
import { type DuckDbEngine, openDuckDb } from '../../duckdb-engine.ts';

/** Of one reading; a row group of usual size takes a tenth of it. */
const MEMORY_LIMIT_MB = 1_024;
const LOCAL_TIMES = /^(?:TIMESTAMP(?:_S|_MS|_NS)?|DATE|TIME)$/;
const NESTED = /\[\d*\]$|^(?:STRUCT|MAP|UNION)\(/;

/** Opens a Parquet file by DuckDB, which streams it a row group at a time. Throws UnreadableFileError. */
export async function openLocalParquet(file: string): Promise<ParquetContent> {
  const engine = await openDuckDb({
    file: ':memory:',
    threads: 1,
    memoryLimitMb: MEMORY_LIMIT_MB,
    tempFolder: tmpdir(),
  });
  try {
    const source = sourceOf(file);
    const described = await readable(() => engine.query(`describe select * from ${source}`));
    const columns = described.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
    return {
      columns: columns.map(columnOf),
      rows: rowsOf(engine, `select ${columns.map(textOf).join(', ')} from ${source}`),
      close: () => engine.close(),
    };
  } catch (error) {
    engine.close();
    throw error;
  }
}

interface StoredColumn {
  readonly name: string;
  readonly type: string;
}

function columnOf({ name, type }: StoredColumn): ParquetColumn {
  return { name, hasLocalTimes: LOCAL_TIMES.test(type) };
}

/** A name is a pattern to DuckDB, whose own signs stand for themselves in brackets; folders are no columns. */
function sourceOf(file: string): string {
  const pattern = literalOf('varchar', file.replace(/[[*?]/g, '[$&]'));
  return `read_parquet(${pattern}, hive_partitioning = false, binary_as_string = true)`;
}

/**
 * A value as a person would write it in CSV: times in UTC with their zone, nested values as JSON. A whole number that
 * is stored as a double, as dataframes do where some are missing, is a whole number.
 */
function textOf({ name, type }: StoredColumn): string {
  const column = identifier(name);
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return `strftime(${column} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')`;
  if (type === 'DOUBLE' || type === 'FLOAT') {
    const whole = `abs(${column}) < 1e15 and ${column} = trunc(${column})`;
    return `case when ${whole} then cast(cast(${column} as bigint) as varchar) else cast(${column} as varchar) end`;
  }
  return `cast(${NESTED.test(type) ? `to_json(${column})` : column} as varchar)`;
}

async function* rowsOf(engine: DuckDbEngine, sql: string): ParquetContent['rows'] {
  const chunks = engine.stream(sql)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await readable(() => chunks.next());
      if (next.done === true) return;
      yield next.value.rows.map((row) => row.map(cellOf));
    }
  } finally {
    await chunks.return?.(undefined);
  }
}

function cellOf(value: SqlValue): string | null {
  return value === null ? null : String(value);
}

async function readable<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const message = 'it is damaged, encrypted, or one of its row groups is too large for the memory';
    throw new UnreadableFileError(message, { cause: error });
  }
}
