import type { Command } from 'commander';
import {
  brokenObjects,
  type RebuildOutcome,
  rebuildObject,
} from '../../../lambdas/recover-events/rebuild-object.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode, usageError } from '../errors.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { requireNothingLeft } from '../recover/left-behind.ts';
import { type RecoveryPlace, recovering } from '../recover/recovery-place.ts';
import { dryRunOption } from '../recover/since-option.ts';
import { LANDING_SETTINGS } from '../run/landing.ts';

interface RebuildOptions {
  readonly all?: true;
  readonly dryRun?: true;
  readonly wait: number;
}

const HELP = `
A \`run\` sets aside an object that is missing or holds other bytes than the ledger says, and goes on without it; the check
set_aside names it. This makes it anew of the same records, which the stream keeps for 7 days, and writes it beside
the broken one with _r1 in its name. The ledger has kept the digest of what it held: what does not come out the same, byte
for byte, is not written. When the records have left the stream, put the object's file back from a backup; a \`run\`
takes it in again once its bytes are whole.

Examples:
  millpond query "from set_aside_objects"
  millpond rebuild-object --all --dry-run
  millpond rebuild-object --all && millpond run`;

export function addRebuildObjectCommand(program: Command, run: RunAction): void {
  program
    .command('rebuild-object')
    .summary('write a broken object anew from the stream')
    .description('Write an object that is missing or damaged anew, from the records of the stream.')
    .argument('[key]', 'as set_aside_objects names it: raw/events/...')
    .option('--all', 'every object that is set aside')
    .addOption(dryRunOption())
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((key: string | undefined, options: RebuildOptions) =>
      run((context) => rebuild(context, key, options)),
    );
}

interface Rebuilt {
  readonly key: string;
  readonly outcome: RebuildOutcome;
}

async function rebuild(
  context: CommandContext,
  key: string | undefined,
  options: RebuildOptions,
): Promise<ExitCode> {
  if ((key === undefined) === (options.all === undefined))
    throw usageError('Name one object, or give --all for every one that is set aside.');
  const isDryRun = options.dryRun === true;
  const results = await recovering(
    context,
    { command: 'rebuild-object', waitS: options.wait, isDryRun },
    (place) => rebuildAll(place, key ?? null, isDryRun),
  );
  await printAnswer(context, rebuildAnswer(results, isDryRun), () => rebuildText(results, isDryRun));
  requireNothingLeft(results.flatMap(impossibleOf), 'object');
  return EXIT_CODES.success;
}

async function rebuildAll(
  place: RecoveryPlace,
  key: string | null,
  isDryRun: boolean,
): Promise<readonly Rebuilt[]> {
  const deps = { ...place, settings: LANDING_SETTINGS };
  const results: Rebuilt[] = [];
  for (const each of key === null ? await brokenObjects(place.ledger) : [key]) {
    results.push({ key: each, outcome: await rebuildObject(each, deps, { isDryRun }) });
    place.mayGoOn();
  }
  return results;
}

function impossibleOf({ key, outcome }: Rebuilt) {
  return outcome.kind === 'impossible' ? [{ key, problem: outcome.problem }] : [];
}

export function rebuildText(results: readonly Rebuilt[], isDryRun: boolean): string {
  if (results.length === 0) return 'Nothing to rebuild: no object is set aside.';
  const lines = results.map(({ key, outcome }) => {
    if (outcome.kind === 'impossible') return `Cannot rebuild ${key}: it ${outcome.problem}.`;
    if (outcome.kind === 'whole') {
      return outcome.readFrom === key ? `Whole: ${key}` : `Whole: ${key}, read from ${outcome.readFrom}`;
    }
    return `${isDryRun ? 'Can rebuild' : 'Rebuilt'} ${key}\n  as ${outcome.replacementKey}`;
  });
  const hasRebuilt = !isDryRun && results.some(({ outcome }) => outcome.kind === 'rebuilt');
  return [...lines, ...(hasRebuilt ? ['The next `run` takes it in.'] : [])].join('\n');
}

function rebuildAnswer(results: readonly Rebuilt[], isDryRun: boolean) {
  return {
    is_dry_run: isDryRun,
    objects: results.map(({ key, outcome }) => ({
      key,
      outcome: outcome.kind,
      read_from: outcome.kind === 'whole' ? outcome.readFrom : null,
      replacement_key: outcome.kind === 'rebuilt' ? outcome.replacementKey : null,
      problem: outcome.kind === 'impossible' ? outcome.problem : null,
    })),
  };
}
