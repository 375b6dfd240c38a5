import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import { type LakeSource, readSources } from '../../lake-sources.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { describeSource, ingestSource, sourceReportAnswer } from '../ingest-source.ts';
import { holdingLake } from '../lake-lease.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { addIngestFilesCommand } from './ingest-files.ts';

const HELP = `
Takes a snapshot of products, users and carts now. One that equals the last accepted one writes nothing; an API that
hangs, fails or answers nonsense leaves the last good snapshot in place, and the exit code is then 1. The tables see
the snapshot after the next \`run\` or \`build\`.

Examples:
  millpond ingest fakestore
  millpond run`;

export function addIngestCommand(program: Command, run: RunAction): void {
  const ingest = program
    .command('ingest')
    .summary("take a snapshot of the lake's store API, or files")
    .description('Take in what is no stream: a snapshot of the store API now, or files.');
  ingest
    .command('fakestore')
    .summary("take a snapshot of the lake's store API")
    .description("Take a snapshot of the lake's store API now.")
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: { wait: number }) => run((context) => ingestStore(context, options.wait)));
  addIngestFilesCommand(ingest, run);
}

async function ingestStore(context: CommandContext, waitS: number): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const source = await onlySource(stores);
    const report = await holdingLake(context, stores.leases, { command: 'ingest', waitS }, () =>
      ingestSource(context, stores, source),
    );
    await printAnswer(context, sourceReportAnswer(report), () => describeSource(report));
    if (!report.hasFailed) return EXIT_CODES.success;
    const failed = report.kinds.filter(
      (each) => each.outcome === 'refused' || each.outcome === 'unavailable',
    );
    throw new CommandError(
      'source_failed',
      `${source.name} (${source.baseUrl}) did not deliver ${failed.map(({ kind }) => kind).join(', ')}: ${failed[0]?.detail ?? ''}. The last good snapshot stays; run this again later.`,
    );
  } finally {
    stores.close();
  }
}

async function onlySource(stores: LakeStores): Promise<LakeSource> {
  const [source] = await readSources(stores.ledger);
  if (source !== undefined) return source;
  throw new CommandError(
    'no_source',
    'This lake has no FakeStore source: add one with `source add fakestore --base-url URL`.',
  );
}
