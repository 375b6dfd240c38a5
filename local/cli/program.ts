import { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { DEFAULT_LAKE_FOLDER } from '../settings.ts';
import type { RunAction } from './context.ts';

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly lake?: string;
  readonly json?: true;
  readonly quiet?: true;
}

const VERSION = packageFile.version;

const EXIT_CODE_TEXT = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the data failed a check, 130 stopped by Ctrl-C.
Answers go to stdout, progress and errors to stderr.`;

type AddCommand = (program: Command, run: RunAction) => void;

/** In the order in which data flows. One by one they load in half the time that a start takes with all of them. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
  simulate: async () => (await import('./commands/simulate.ts')).addSimulateCommand,
  send: async () => (await import('./commands/send.ts')).addSendCommand,
  source: async () => (await import('./commands/source.ts')).addSourceCommand,
  ingest: async () => (await import('./commands/ingest.ts')).addIngestCommand,
  datasets: async () => (await import('./commands/datasets.ts')).addDatasetsCommand,
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  build: async () => (await import('./commands/build.ts')).addBuildCommand,
  backfill: async () => (await import('./commands/backfill.ts')).addBackfillCommand,
  rebuild: async () => (await import('./commands/rebuild.ts')).addRebuildCommand,
  compact: async () => (await import('./commands/compact.ts')).addCompactCommand,
  query: async () => (await import('./commands/query.ts')).addQueryCommand,
  tables: async () => (await import('./commands/tables.ts')).addTablesCommand,
  export: async () => (await import('./commands/export.ts')).addExportCommand,
  models: async () => (await import('./commands/models.ts')).addModelsCommand,
  status: async () => (await import('./commands/status.ts')).addStatusCommand,
  runs: async () => (await import('./commands/runs.ts')).addRunsCommand,
  checks: async () => (await import('./commands/checks.ts')).addChecksCommand,
  late: async () => (await import('./commands/late.ts')).addLateCommand,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  redrive: async () => (await import('./commands/redrive.ts')).addRedriveCommand,
  replay: async () => (await import('./commands/replay.ts')).addReplayCommand,
  reinstate: async () => (await import('./commands/reinstate.ts')).addReinstateCommand,
  'rebuild-object': async () => (await import('./commands/rebuild-object.ts')).addRebuildObjectCommand,
};

/** The command line, with as many commands as it takes to understand the arguments. Errors are thrown, never printed here. */
export async function buildProgram(run: RunAction, args: readonly string[]): Promise<Command> {
  const program = new Command('millpond')
    .description('A lakehouse for a shop: from events to funnel, cohorts, lifetime value and sales.')
    .version(VERSION, '--version', 'print the version')
    .option(
      '--lake <dir>',
      `the folder that holds the lake (default: ${DEFAULT_LAKE_FOLDER}, or $MILLPOND_LAKE)`,
    )
    .option('--json', 'answers and errors as JSON')
    .option('--quiet', 'no progress; warnings and errors stay')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .addHelpText('afterAll', EXIT_CODE_TEXT)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const named = commandOf(args);
  const wanted = named === null ? Object.keys(COMMANDS) : [named];
  const adders = await Promise.all(wanted.map((name) => COMMANDS[name]?.()));
  for (const add of adders) add?.(program, run);
  return program;
}

/** The command that the arguments begin with; null where they ask for help, name none, or one that is not known. */
function commandOf(args: readonly string[]): string | null {
  const waiting = args.values();
  for (const arg of waiting) {
    if (arg === '--lake') waiting.next();
    else if (!/^--(json$|quiet$|lake=)/.test(arg)) return Object.hasOwn(COMMANDS, arg) ? arg : null;
  }
  return null;
}
