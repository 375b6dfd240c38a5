import type { Command } from 'commander';
import { formatBadRowLimit } from '../../../lambdas/domain/datasets/bad-row-limit.ts';
import { DATASETS } from '../../../lambdas/domain/datasets/catalogue.ts';
import type { Dataset, DatasetColumn } from '../../../lambdas/domain/datasets/dataset.ts';
import { openLake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { landedFilesText, readLandedFiles } from '../files/landed-files.ts';
import { renderTable } from '../format/table.ts';
import { printAnswer } from '../print.ts';

const HELP = `
Columns marked * must stand in the header and be filled in each row. Times carry their zone (2026-01-31T10:15:00Z), money
is written with a point and at most four places, a list is a JSON array. Rows of events must also keep the contract of
their event_type, as on the stream.

With --files: the files that landed in the lake, with their rows, their bad rows by reason, and the other names under which
the same bytes came again. A file that was refused counts nowhere, and is not among them.

Examples:
  millpond datasets
  millpond datasets --files
  millpond datasets --json`;

export function addDatasetsCommand(program: Command, run: RunAction): void {
  program
    .command('datasets')
    .summary('list the kinds of files that `ingest files` takes, with their columns')
    .description('List the kinds of files that `ingest files` takes, with their columns.')
    .option('--files', 'list the files that have landed in the lake instead')
    .addHelpText('after', HELP)
    .action((options: { files?: true }) => run(options.files === true ? listFiles : listDatasets));
}

async function listDatasets(context: CommandContext): Promise<ExitCode> {
  await printAnswer(context, { datasets: DATASETS.map(datasetAnswer) }, () =>
    DATASETS.map((dataset) => datasetText(dataset, context.terminalWidth)).join('\n\n'),
  );
  return EXIT_CODES.success;
}

async function listFiles(context: CommandContext): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const files = await readLandedFiles(stores.ledger);
    await printAnswer(context, { files }, () => landedFilesText(files, context.terminalWidth));
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

function datasetText(dataset: Dataset, terminalWidth: number | null): string {
  const { name, meaning, formats, key, stagedIn, mode, maxBadRows } = dataset;
  const facts = `  ${formats.join(', ')}; key ${key.join(', ')}; ${mode} to ${stagedIn}; bad rows allowed ${formatBadRowLimit(maxBadRows)}`;
  const columns = ['column', 'type', 'meaning'].map((title) => ({ name: title, type: 'varchar' }));
  const rows = dataset.columns.map((column) => [
    `  ${column.name}${column.isRequired ? '*' : ''}`,
    column.type,
    column.meaning,
  ]);
  const width = terminalWidth === null ? {} : { maxWidth: terminalWidth };
  return `${name}: ${meaning}\n${facts}\n${renderTable(columns, rows, width).trimEnd()}`;
}

function datasetAnswer(dataset: Dataset) {
  const { name, meaning, formats, key, partition, mode, maxBadRows, stagedIn, columns } = dataset;
  return {
    name,
    meaning,
    formats,
    key,
    staged_in: stagedIn,
    partition,
    mode,
    max_bad_rows: formatBadRowLimit(maxBadRows),
    columns: columns.map(columnAnswer),
  };
}

function columnAnswer({ name, type, isRequired, meaning, pattern, values, range }: DatasetColumn) {
  return {
    name,
    type,
    is_required: isRequired,
    meaning,
    ...(pattern === undefined ? {} : { pattern: pattern.expression.source }),
    ...(values === undefined ? {} : { values: [...values] }),
    ...(range === undefined ? {} : { least: range[0], most: range[1] }),
  };
}
