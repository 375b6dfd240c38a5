import type { Command } from 'commander';
import { InvalidBaseUrlError, parseBaseUrl } from '../../../lambdas/ingest-fakestore/base-url.ts';
import { openLake } from '../../lake.ts';
import { type LakeSource, putSource, readSources, removeSource } from '../../lake-sources.ts';
import { openLakeStores } from '../../lake-stores.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode, usageError } from '../errors.ts';
import { renderTable } from '../format/table.ts';
import { sourceAnswer } from '../ingest-source.ts';
import { printAnswer } from '../print.ts';
import { readSourceLists, type SourceList, sourceListText } from '../source-lists.ts';
import { claimForUser, openUserLake } from '../user-lake.ts';

const HELP = `
A lake ingests only the sources that it was given; each \`run\` takes a snapshot of them. What a source has brought
stays in the lake when the source is removed, or when its server is gone.

Examples:
  millpond source add fakestore --base-url https://fakestoreapi.com
  millpond source list
  millpond source remove fakestore`;

export function addSourceCommand(program: Command, run: RunAction): void {
  const source = program
    .command('source')
    .summary("add, list or remove the lake's sources")
    .description("The lake's batch sources.")
    .addHelpText('after', HELP);
  source
    .command('add')
    .description(
      'Give the lake a source; it is made when there is none. The same name again changes the address.',
    )
    .argument('<kind>', 'fakestore')
    .requiredOption('--base-url <url>', 'where the store API answers, such as https://fakestoreapi.com')
    .option('--name <name>', 'a name of your own', 'fakestore')
    .action((kind: string, options: { baseUrl: string; name: string }) =>
      run((context) => addSource(context, kind, options)),
    );
  source
    .command('list')
    .description('Print the sources.')
    .action(() => run(listSources));
  source
    .command('remove')
    .description('Take a source off the list; its data stays.')
    .argument('<name>', 'as `source list` shows it')
    .action((name: string) => run((context) => dropSource(context, name)));
}

async function addSource(
  context: CommandContext,
  kind: string,
  options: { readonly baseUrl: string; readonly name: string },
): Promise<ExitCode> {
  if (kind !== 'fakestore') throw usageError(`The kind of source is "${kind}"; allowed: fakestore.`);
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(options.name)) {
    throw usageError(`The name is "${options.name}"; allowed: 1 to 64 letters, digits, "_", "." and "-".`);
  }
  const baseUrl = usableBaseUrl(options.baseUrl);
  const lake = openUserLake(context);
  claimForUser(context, lake);
  const stores = await openLakeStores(lake, context.clock);
  try {
    const other = (await readSources(stores.ledger)).find((source) => source.name !== options.name);
    if (other !== undefined) {
      throw new CommandError(
        'source_exists',
        `This lake already has the FakeStore source "${other.name}" (${other.baseUrl}), and it takes one: \`source remove ${other.name}\` first, or another --lake.`,
      );
    }
    const source: LakeSource = { name: options.name, kind, baseUrl };
    const replaced = await putSource(stores.ledger, source);
    const answer = {
      source: sourceAnswer(source),
      replaced: replaced === null ? null : sourceAnswer(replaced),
    };
    const was = replaced === null ? '' : ` (it was ${replaced.baseUrl})`;
    await printAnswer(context, answer, () => `Source ${source.name}: ${source.baseUrl}${was}`);
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

/** Throws a usage error for an address that no store API can have. */
function usableBaseUrl(text: string): string {
  try {
    return parseBaseUrl(text).href;
  } catch (error) {
    if (error instanceof InvalidBaseUrlError) throw usageError(error.message);
    throw error;
  }
}

async function listSources(context: CommandContext): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    const sources = await readSources(stores.ledger);
    const lists = await readSourceLists(stores.ledger);
    const answer = { sources: sources.map((source) => ({ ...sourceAnswer(source), lists })) };
    await printAnswer(context, answer, () => sourcesText(sources, lists));
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}

function sourcesText(sources: readonly LakeSource[], lists: readonly SourceList[]): string {
  if (sources.length === 0) {
    return 'This lake has no batch source; add one with `source add fakestore --base-url URL`.';
  }
  const table = renderTable(
    ['name', 'kind', 'base_url'].map((name) => ({ name, type: 'varchar' })),
    sources.map((source) => [source.name, source.kind, source.baseUrl]),
  ).trimEnd();
  return [table, ...lists.map(sourceListText)].join('\n');
}

async function dropSource(context: CommandContext, name: string): Promise<ExitCode> {
  const stores = await openLakeStores(openLake(context.lakeFolder), context.clock);
  try {
    if (!(await removeSource(stores.ledger, name))) {
      const names = (await readSources(stores.ledger)).map((source) => source.name);
      const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
      throw new CommandError('no_such_source', `This lake has no source "${name}"; ${known}.`);
    }
    await printAnswer(context, { removed: name }, () => `Removed ${name}; what it brought stays.`);
    return EXIT_CODES.success;
  } finally {
    stores.close();
  }
}
