import { type Command, Option } from 'commander';
import { STORE_KINDS, type StoreKind } from '../../../lambdas/domain/store/store-kind.ts';
import { openLake } from '../../lake.ts';
import { type LakeSource, readSources } from '../../lake-sources.ts';
import { type LakeStores, openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { describeSource, ingestSource, type SourceReport, sourceReportAnswer } from '../ingest-source.ts';
import { holdingLake } from '../lake-lease.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { addIngestFilesCommand } from './ingest-files.ts';

const HELP = `
Takes a snapshot of products, users and carts now. One that equals the last accepted one writes nothing; an API that
hangs, fails or answers nonsense leaves the last good snapshot in place, and the exit code is then 1. So does a list of
less than 80 % of the last one: what it lacks would count as withdrawn. When it is right, accept it, once. The tables see
the snapshot after the next \`run\` or \`build\`.

Examples:
  millpond ingest fakestore
  millpond ingest fakestore --accept-shrink products
  millpond run`;

interface StoreOptions {
  readonly acceptShrink?: readonly StoreKind[];
  readonly wait: number;
}

export function addIngestCommand(program: Command, run: RunAction): void {
  const ingest = program
    .command('ingest')
    .summary("take a snapshot of the lake's store API, or files")
    .description('Take in what is no stream: a snapshot of the store API now, or files.');
  ingest
    .command('fakestore')
    .summary("take a snapshot of the lake's store API")
    .description("Take a snapshot of the lake's store API now.")
    .addOption(
      new Option('--accept-shrink <kinds...>', 'take these though they have become far fewer').choices(
        STORE_KINDS,
      ),
    )
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: StoreOptions) => run((context) => ingestStore(context, options)));
  addIngestFilesCommand(ingest, run);
}

async function ingestStore(
  context: CommandContext,
  { wait: waitS, acceptShrink = [] }: StoreOptions,
): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const source = await onlySource(stores);
    const report = await holdingLake(context, stores.leases, { command: 'ingest', waitS }, () =>
      ingestSource(context, stores, source, { acceptShrink }),
    );
    await printAnswer(context, sourceReportAnswer(report), () => describeSource(report));
    if (report.hasFailed) throw sourceFailed(report);
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

function sourceFailed({ source, kinds }: SourceReport): CommandError {
  const failed = kinds.filter(({ outcome }) => outcome === 'refused' || outcome === 'unavailable');
  const shrunk = kinds.filter(({ hasShrunk }) => hasShrunk).map(({ kind }) => kind);
  const advice =
    shrunk.length === 0 ? 'run this again later' : `if it is right, --accept-shrink ${shrunk.join(' ')}`;
  return new CommandError(
    'source_failed',
    `${source.name} (${source.baseUrl}) did not deliver ${failed.map(({ kind }) => kind).join(', ')}: ${failed[0]?.detail ?? ''}. The last good snapshot stays; ${advice}.`,
  );
}

async function onlySource(stores: LakeStores): Promise<LakeSource> {
  const [source] = await readSources(stores.ledger);
  if (source !== undefined) return source;
  throw new CommandError(
    'no_source',
    'This lake has no FakeStore source: add one with `source add fakestore --base-url URL`.',
  );
}
