import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BadRowLimit, parseBadRowLimit } from '../../../lambdas/domain/datasets/bad-row-limit.ts';
import { DATASETS, findDataset } from '../../../lambdas/domain/datasets/catalogue.ts';
import { parseSeparator, type Separator } from '../../../lambdas/ingest-files/separators.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { filesAnswer, filesText } from '../files/files-report.ts';
import { ingestFiles, type PathReport } from '../files/ingest-files.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { dryRunOption } from '../recover/since-option.ts';

const HELP = `
A file is CSV with a header, or NDJSON; plain, gzip or zstd (told by its first bytes), in UTF-8 with or without a byte
order mark; or Parquet, with times in UTC. Its dataset is told by its columns, its separator (one of , ; tab |) by its
header. Columns may stand in any order; names are compared without letter case. Optional columns may be absent; columns
that no declaration knows are kept in raw and read no further. See \`millpond datasets\` for names and columns. Excel and
other encodings are refused: export CSV or NDJSON.

A bad row goes to quarantine with its line and reason, and the rest of the file lands. A file with more bad rows than
allowed is refused whole and counts nowhere: exit code 3. The same bytes under another name are skipped, and recorded.
A file that was cut off half-way counts nowhere either: bring it again. Events of files are never too late.

Examples:
  millpond ingest files orders.csv order_lines.csv && millpond run
  millpond ingest files --dry-run --dataset events history-2024-*.csv.gz
  millpond ingest files --separator ';' --max-bad-rows 0.5% export.csv`;

interface FilesOptions {
  readonly dataset?: string;
  readonly separator?: Separator;
  readonly maxBadRows?: BadRowLimit;
  readonly acceptShrink?: true;
  readonly dryRun?: true;
  readonly wait: number;
}

export function addIngestFilesCommand(ingest: Command, run: RunAction): void {
  ingest
    .command('files')
    .summary('take in files that someone exported')
    .description(
      'Take in CSV, NDJSON or Parquet files. The lake is made when there is none; `run` then builds the tables.',
    )
    .argument('<paths...>', 'files')
    .addOption(
      new Option('--dataset <name>', 'what the files hold (default: told by their columns)').choices(
        DATASETS.map((dataset) => dataset.name),
      ),
    )
    .addOption(
      new Option(
        '--separator <char>',
        'what parts the cells: , ; | or tab (default: told by the header)',
      ).argParser(separatorOf),
    )
    .addOption(
      new Option(
        '--max-bad-rows <limit>',
        "a number or a share such as 0.5% (default: the dataset's own)",
      ).argParser(badRowLimit),
    )
    .option('--accept-shrink', 'take a snapshot though it has become far smaller than the one before')
    .addOption(dryRunOption())
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((paths: string[], options: FilesOptions) => run((context) => takeIn(context, paths, options)));
}

async function takeIn(
  context: CommandContext,
  paths: readonly string[],
  options: FilesOptions,
): Promise<ExitCode> {
  const isDryRun = options.dryRun === true;
  const reports = await ingestFiles(context, {
    paths,
    dataset: options.dataset === undefined ? null : findDataset(options.dataset),
    separator: options.separator ?? null,
    maxBadRows: options.maxBadRows ?? null,
    acceptsShrink: options.acceptShrink === true,
    isDryRun,
    waitS: options.wait,
  });
  await printAnswer(context, filesAnswer(reports, isDryRun), () => filesText(reports, isDryRun));
  requireNoneRefused(reports);
  return EXIT_CODES.success;
}

/** Exit code 3 when bad rows alone are to blame. */
function requireNoneRefused(reports: readonly PathReport[]): void {
  const refused = reports.filter(({ outcome }) => outcome === 'refused');
  const [first] = refused;
  if (first === undefined) return;
  const isForRows = refused.every(({ problem }) => problem === 'too_many_bad_rows');
  const many = refused.length === 1 ? '' : ` And ${refused.length - 1} more.`;
  throw new CommandError(
    isForRows ? 'file_bad_rows' : `file_${first.problem ?? 'refused'}`,
    `Refused: ${first.detail}.${many}`,
    { exitCode: isForRows ? EXIT_CODES.checksFailed : EXIT_CODES.failure },
  );
}

function separatorOf(text: string): Separator {
  const separator = parseSeparator(text);
  if (separator !== null) return separator;
  throw new InvalidArgumentError('Allowed: , ; | or tab.');
}

function badRowLimit(text: string): BadRowLimit {
  const limit = parseBadRowLimit(text);
  if (limit !== null) return limit;
  throw new InvalidArgumentError('Allowed: a number of rows such as 10, or a share such as 0.5%.');
}
