import type { Command } from 'commander';
import { hasFiles } from '../../../lambdas/domain/models/render-compaction.ts';
import {
  type CompactionReport,
  filesFewer,
  needsRewrite,
  readFileCounts,
  type TableFiles,
} from '../../../lambdas/run-lake/compact-table.ts';
import { type Lake, openLake } from '../../lake.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addEngineOptions, ENGINE_HELP, type EngineOptions } from '../engine/engine-options.ts';
import { openReader } from '../engine/open-reader.ts';
import { writingPlace } from '../engine/open-trino.ts';
import { requireTablesHere } from '../engine/tables-place.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { formatBytes } from '../format/bytes.ts';
import { renderTable } from '../format/table.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { counted, formatCount } from '../progress.ts';
import { dryRunOption } from '../recover/since-option.ts';
import { requireTaskOf } from '../run/require-task-of.ts';
import { runDue } from '../run/run-due.ts';

interface CompactOptions extends EngineOptions {
  readonly wait: number;
  readonly dryRun?: true;
}

const TASK = { kind: 'compact' } as const;
const NOT_HERE =
  'Nothing to do: the tables stand in a DuckDB file, which merges what it holds by itself, and old builds go by themselves.';

const HELP = `
Every run leaves small files in Iceberg tables, and files that say which rows of others are gone; queries get slower with
their number. Where a partition has five files or more, or a table five files of deleted rows, they are written anew.
No row changes. Snapshots older than seven days go (Athena: five), with the files that only they name. Give it once a day, as
the deployment in AWS does. It waits for a run, and a run for it; stopped, it passes over what is done when given again.

With --dry-run it shows the files of each table, and changes nothing.
${ENGINE_HELP}

Examples:
  millpond compact --engine trino --dry-run
  millpond compact --engine trino`;

export function addCompactCommand(program: Command, run: RunAction): void {
  addEngineOptions(
    program
      .command('compact')
      .summary('write anew the many small files of Iceberg tables')
      .description('Write the files of Iceberg tables anew where they have become many; no row changes.')
      .addOption(waitOption())
      .addOption(dryRunOption()),
  )
    .addHelpText('after', HELP)
    .action((options: CompactOptions) => run((context) => compact(context, options)));
}

async function compact(context: CommandContext, options: CompactOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const place = writingPlace(options, context.settings);
  if (place.kind === 'duckdb') {
    await requireTablesHere(context, lake);
    await printAnswer(context, { tables: [], note: NOT_HERE }, () => NOT_HERE);
    return EXIT_CODES.success;
  }
  await requireTaskOf(context, lake, TASK);
  if (options.dryRun) return showFiles(context, lake, { place, waitS: options.wait });
  const { run } = await runDue(context, lake, {
    ...{ command: 'compact', waitS: options.wait, isTakingIn: false, isForced: false },
    ...{ reportingCurrency: null, task: TASK, place },
  });
  const reports = run.compactions ?? [];
  const answer = {
    run_id: run.runId,
    tables: reports.map(({ table, before, after }) => ({
      table,
      before: filesAnswer(before),
      after: filesAnswer(after),
    })),
  };
  await printAnswer(context, answer, () => compactedText(reports));
  return EXIT_CODES.success;
}

async function showFiles(
  context: CommandContext,
  lake: Lake,
  at: Parameters<typeof openReader>[2],
): Promise<ExitCode> {
  const reader = await openReader(context, lake, at);
  const tables: { readonly table: string; readonly isDue: boolean; readonly files: TableFiles }[] = [];
  try {
    for (const { name: table } of readModels().models.filter(hasFiles)) {
      const files = await readFileCounts(reader, table);
      if (files !== null) tables.push({ table, isDue: needsRewrite(files) || files.oldSnapshots > 0, files });
    }
  } finally {
    reader.close();
  }
  const answer = tables.map(({ table, isDue, files }) => ({ table, is_due: isDue, ...filesAnswer(files) }));
  await printAnswer(context, { is_dry_run: true, tables: answer }, () => {
    const due = tables.filter(({ isDue }) => isDue);
    const rows = due.map(({ table, files }) => [table, ...filesCells(files)]);
    const head = `Would look after ${counted(due.length, 'table')} of ${tables.length}. Nothing was changed.`;
    return rows.length === 0 ? head : `${head}\n${filesTable(rows)}`;
  });
  return EXIT_CODES.success;
}

function compactedText(reports: readonly CompactionReport[]): string {
  const changed = reports.filter((report) => filesFewer(report) !== 0);
  const fewer = changed.reduce((sum, report) => sum + filesFewer(report), 0);
  const head = `Looked at ${counted(reports.length, 'table')}, wrote ${formatCount(changed.length)} anew: ${counted(fewer, 'file')} fewer.`;
  if (changed.length === 0) return head;
  return `${head}\n${filesTable(changed.map(({ table, after }) => [table, ...filesCells(after)]))}`;
}

function filesTable(rows: readonly (readonly string[])[]): string {
  const columns = ['table', 'files', 'of deleted rows', 'size'].map((name) => ({ name, type: 'varchar' }));
  return renderTable(columns, rows).trimEnd();
}

function filesCells({ dataFiles, deleteFiles, sizeBytes }: TableFiles): readonly string[] {
  return [formatCount(dataFiles), formatCount(deleteFiles), formatBytes(sizeBytes)];
}

function filesAnswer({ dataFiles, deleteFiles, sizeBytes }: TableFiles) {
  return { data_files: dataFiles, delete_files: deleteFiles, size_bytes: sizeBytes };
}
