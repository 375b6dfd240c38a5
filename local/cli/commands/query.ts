import type { Command } from 'commander';
import type { SqlResult } from '../../../lambdas/ports/sql-engine.ts';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addReadingOptions, type EngineOptions, enginePlace } from '../engine/engine-options.ts';
import { openReader } from '../engine/open-reader.ts';
import { EXIT_CODES, type ExitCode, usageError } from '../errors.ts';
import { type RowFormat, writeRows } from '../format/rows.ts';
import { printable } from '../format/table.ts';
import { formatOption, waitOption, wholeNumber } from '../options.ts';
import { counted, formatCount } from '../progress.ts';
import { isExplain } from '../read-database.ts';

interface QueryOptions extends EngineOptions {
  readonly format?: RowFormat;
  readonly maxRows: number;
  readonly wait: number;
}

/** A longer cell is cut, so that one raw body does not make every line of a table as long. */
const MAX_CELL_WIDTH = 60;

const HELP = `
Reads only: one SELECT over the lake's tables (see \`tables\`), the raw zones (raw_events, raw_quarantine, ...) and
nothing else on this machine. "-" reads the SQL from stdin. The table format is for reading: it cuts cells of more than
${MAX_CELL_WIDTH} characters with an ellipsis; csv, json and ndjson keep all but a byte order mark at
the beginning of a text. In csv, null is empty, an empty text is "", money has
four places, times are ISO 8601 UTC with Z, and values stand exactly as they are (a text that begins with = is not
altered).

With --engine trino the statement goes to the cluster, in its SQL, and reads what MILLPOND_TRINO_USER may read.

Examples:
  millpond query "select sale_date, sum(net) as net from daily_sales group by all order by all"
  millpond query --format csv "from fct_orders" > orders.csv
  millpond query "describe funnel_daily"`;

export function addQueryCommand(program: Command, run: RunAction): void {
  addReadingOptions(
    program
      .command('query')
      .summary('run one SELECT')
      .description('Run one SELECT over the lake and print its rows.')
      .argument('<sql>', 'the statement, or - for stdin')
      .addOption(formatOption())
      .option(
        '--max-rows <n>',
        'rows that the table format shows; 0 shows all',
        wholeNumber(0, 1_000_000),
        200,
      )
      .addOption(waitOption()),
  )
    .addHelpText('after', HELP)
    .action((sql: string, options: QueryOptions) => run((context) => query(context, sql, options)));
}

async function query(context: CommandContext, sql: string, options: QueryOptions): Promise<ExitCode> {
  const text = sql === '-' ? await readAll(context.stdin) : sql;
  if (text.trim() === '') throw usageError('The SQL is empty: give one SELECT.');
  const place = enginePlace(options, context.settings);
  const engine = await openReader(context, openLake(context.lakeFolder), { place, waitS: options.wait });
  try {
    await engine.requireReading(text);
    const format = options.format ?? (context.isJson ? 'json' : 'table');
    if (format === 'table' && isExplain(text)) return await writePlan(context, await engine.query(text));
    const written = await writeRows(engine.stream(text), context.output, {
      format,
      maxRows: options.maxRows === 0 ? Number.POSITIVE_INFINITY : options.maxRows,
      maxCellWidth: MAX_CELL_WIDTH,
      ...(context.terminalWidth === null ? {} : { maxWidth: context.terminalWidth }),
    });
    const hidden = written.rows - written.shown;
    if (hidden > 0) {
      context.reporter.warn(
        `${formatCount(written.shown)} of ${formatCount(written.rows)} rows are shown; --max-rows 0 or --format csv gives all.`,
      );
    } else if (format === 'table') {
      context.reporter.info(counted(written.rows, 'row'));
    }
    return EXIT_CODES.success;
  } finally {
    engine.close();
  }
}

/** A plan is a drawing: its lines stand as they are. */
async function writePlan(context: CommandContext, { rows }: SqlResult): Promise<ExitCode> {
  for (const row of rows) {
    const lines = String(row.at(-1)).split('\n');
    for (const line of lines) await context.output.write(`${printable(line)}\n`);
  }
  return EXIT_CODES.success;
}

async function readAll(source: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
