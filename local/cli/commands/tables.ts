import type { Command } from 'commander';
import type { Model } from '../../../lambdas/domain/models/model.ts';
import { type Lake, openLake } from '../../lake.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext, RunAction } from '../context.ts';
import {
  addReadingOptions,
  type EngineOptions,
  type EnginePlace,
  enginePlace,
} from '../engine/engine-options.ts';
import { openReaderIfBuilt } from '../engine/open-reader.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { renderTable } from '../format/table.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { sqlName, sqlText } from '../read-database.ts';

interface TableLine {
  readonly name: string;
  readonly zone: string;
  /** Null before the first run. */
  readonly rows: number | null;
  readonly grain: string;
  readonly key: readonly string[];
  readonly meaning: string;
}

interface TablesOptions extends EngineOptions {
  readonly wait: number;
}

const HELP = `
Curated tables also have a flat view for BI tools, bi_<table>. A column's type and meaning: millpond query "select
column_name, data_type, comment from duckdb_columns() where table_name = 'fct_orders'"

Examples:
  millpond tables
  millpond tables --json`;

export function addTablesCommand(program: Command, run: RunAction): void {
  addReadingOptions(
    program
      .command('tables')
      .summary('list the tables: rows, grain, meaning')
      .description('List the tables with their rows, grain and meaning.')
      .addOption(waitOption()),
  )
    .addHelpText('after', HELP)
    .action((options: TablesOptions) => run((context) => listTables(context, options)));
}

async function listTables(context: CommandContext, options: TablesOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const models = readModels().models.filter((model) => model.kind !== 'scratch');
  const counts = await countRows(context, lake, {
    models,
    place: enginePlace(options, context.settings),
    waitS: options.wait,
  });
  const lines = models.map((model) => lineOf(model, counts.get(model.name) ?? null)).sort(byZone);
  await printAnswer(context, { tables: lines }, () => tableText(lines, context.terminalWidth));
  return EXIT_CODES.success;
}

/** None before the first run. */
async function countRows(
  context: CommandContext,
  lake: Lake,
  {
    models,
    ...at
  }: { readonly models: readonly Model[]; readonly place: EnginePlace; readonly waitS: number },
): Promise<ReadonlyMap<string, number>> {
  const engine = await openReaderIfBuilt(context, lake, at);
  if (engine === null) return new Map();
  try {
    const { rows } = await engine.query(`${TABLES_AND_VIEWS} ${sqlText(engine.schema)}`);
    const kinds = new Map(rows.map(([name, kind]) => [String(name), String(kind)]));
    const counts = new Map<string, number>();
    for (const { name } of models) {
      const sql = countingSql(name, kinds.get(name));
      if (sql === null) continue;
      counts.set(name, Number((await engine.query(sql)).rows[0]?.[0] ?? 0));
    }
    return counts;
  } finally {
    engine.close();
  }
}

const TABLES_AND_VIEWS = `
select table_name, table_type from information_schema.tables where table_schema =`;

/** Null for a table that is not there. Of the raw zones the ledger knows the rows: counting would read every object. */
function countingSql(name: string, kind: string | undefined): string | null {
  if (kind === undefined) return null;
  if (kind === 'BASE TABLE') return `select count(*) from ${sqlName(name)}`;
  return `select coalesce(sum(records), 0) from ledger_objects where ${objectsOf(name)}`;
}

/** Which objects of the ledger a raw table shows. */
function objectsOf(name: string): string {
  if (name === 'raw_file_quarantine') return `kind = 'quarantine' and starts_with(source, 'file_')`;
  const zone = name === 'raw_duplicates' ? 'duplicates' : name === 'raw_quarantine' ? 'quarantine' : 'raw';
  const isBatch = name.startsWith('raw_fakestore_') || name.startsWith('raw_file_');
  return `kind = '${zone}' and source = '${isBatch ? name.slice('raw_'.length) : 'events'}'`;
}

function lineOf(model: Model, rows: number | null): TableLine {
  const { name, grain, meaning } = model;
  return { name, zone: model.file.split('/')[0] ?? '', rows, grain, key: keyOf(model), meaning };
}

function keyOf(model: Model): readonly string[] {
  return model.kind === 'table' ? model.key : [];
}

const ZONES = ['curated', 'staging', 'sources'];

function byZone(left: TableLine, right: TableLine): number {
  const zones = ZONES.indexOf(left.zone) - ZONES.indexOf(right.zone);
  return zones !== 0 ? zones : left.name < right.name ? -1 : 1;
}

function tableText(lines: readonly TableLine[], terminalWidth: number | null): string {
  const columns = [
    { name: 'table', type: 'varchar' },
    { name: 'zone', type: 'varchar' },
    { name: 'rows', type: 'bigint' },
    { name: 'grain', type: 'varchar' },
    { name: 'meaning', type: 'varchar' },
  ];
  const rows = lines.map((line) => [line.name, line.zone, line.rows, line.grain, line.meaning]);
  const width = terminalWidth === null ? {} : { maxWidth: terminalWidth };
  return renderTable(columns, rows, { ...width, nullText: '-' }).trimEnd();
}
