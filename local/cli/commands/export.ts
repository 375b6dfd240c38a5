import path from 'node:path';
import type { Command } from 'commander';
import type { DuckDbEngine } from '../../duckdb-engine.ts';
import { openLake } from '../../lake.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { ROW_FORMATS, type RowChunk, type RowFormat, writeRows } from '../format/rows.ts';
import { formatOption } from '../options.ts';
import { counted, type ProgressStep } from '../progress.ts';
import { openPublished } from '../read-build.ts';
import { sqlName, sqlText } from '../read-database.ts';
import { writeWholeFile } from '../write-file.ts';

interface ExportOptions {
  readonly format?: RowFormat;
  readonly out?: string;
}

const HELP = `
It reads the last published build: all tables as one run left them whose checks passed. So it waits for no run, also
while one works. Raw zones, and tables that models alone build on (session_summary, for one), are in no build:
\`query\` reads them.

Rows stream, so a table of any size takes little memory. Without --format the name of --out decides (.csv, .json,
.ndjson), else csv. A file appears under its name only when it is whole. Values stand as in the table, but
for a byte order mark at the beginning of a text, which DuckDB's client drops; mind
that a spreadsheet takes a text that begins with = for a formula.

Examples:
  millpond export fct_orders > orders.csv
  millpond export daily_sales --out sales.ndjson
  millpond export stg_events --format ndjson | gzip > events.ndjson.gz`;

export function addExportCommand(program: Command, run: RunAction): void {
  program
    .command('export')
    .summary('write a table to a file or stdout')
    .description('Write one table of the last published build, whole, to stdout or a file.')
    .argument('<table>', 'its name, see `tables`')
    .addOption(formatOption())
    .option('-o, --out <file>', 'write here instead of stdout')
    .addHelpText('after', HELP)
    .action((table: string, options: ExportOptions) =>
      run((context) => exportTable(context, table, options)),
    );
}

async function exportTable(
  context: CommandContext,
  table: string,
  options: ExportOptions,
): Promise<ExitCode> {
  const target = options.out === undefined ? null : path.resolve(options.out);
  const { engine, close } = await openPublished(context, openLake(context.lakeFolder));
  try {
    await requireTable(engine, table);
    const format = options.format ?? formatOfName(options.out) ?? (context.isJson ? 'json' : 'csv');
    const step = context.reporter.step(`Exporting ${table}`, { unit: 'rows' });
    const chunks = watched(engine.stream(`select * from ${sqlName(table)}${orderOf(table)}`), context, step);
    const settings = { format, maxRows: Number.POSITIVE_INFINITY };
    const { rows } =
      target === null
        ? await writeRows(chunks, context.output, settings)
        : await writeWholeFile(context, target, (output) => writeRows(chunks, output, settings));
    const where = options.out === undefined ? '' : ` to ${options.out}`;
    step.end(`Exported ${counted(rows, 'row')} of ${table}${where}.`);
    return EXIT_CODES.success;
  } finally {
    close();
  }
}

/** By its key, so that two exports of one table are the same file; a table without a key by all its columns. */
function orderOf(table: string): string {
  const model = readModels().models.find(({ name }) => name === table || `bi_${name}` === table);
  return ` order by ${model?.kind === 'table' ? model.key.join(', ') : 'all'}`;
}

async function requireTable(engine: DuckDbEngine, table: string): Promise<void> {
  const { rows } = await engine.query(
    `select table_name from information_schema.tables where table_schema = 'main' order by table_name`,
  );
  const names = rows.map((row) => String(row[0]));
  if (names.includes(table)) return;
  if (readModels().models.some(({ name, kind }) => name === table && kind !== 'scratch')) {
    throw new CommandError(
      'no_such_table',
      `${sqlText(table)} is in no published build; \`query\` reads it.`,
    );
  }
  const similar = names.filter((name) => name.includes(table.toLowerCase()));
  const known = (similar.length > 0 ? similar : names).join(', ');
  throw new CommandError(
    'no_such_table',
    `There is no table ${sqlText(table)} in the published build; there are ${known}.`,
  );
}

async function* watched(
  chunks: AsyncIterable<RowChunk>,
  context: CommandContext,
  step: ProgressStep,
): AsyncGenerator<RowChunk> {
  let rows = 0;
  for await (const chunk of chunks) {
    context.interrupt.check();
    yield chunk;
    rows += chunk.rows.length;
    step.update(rows);
  }
}

function formatOfName(name: string | undefined): RowFormat | undefined {
  return ROW_FORMATS.find((format) => format !== 'table' && name?.toLowerCase().endsWith(`.${format}`));
}
