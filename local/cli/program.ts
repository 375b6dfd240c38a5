import { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { DEFAULT_LAKE_FOLDER } from '../settings.ts';
import { addBackfillCommand } from './commands/backfill.ts';
import { addBuildCommand } from './commands/build.ts';
import { addChecksCommand } from './commands/checks.ts';
import { addCompactCommand } from './commands/compact.ts';
import { addDatasetsCommand } from './commands/datasets.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addExportCommand } from './commands/export.ts';
import { addIngestCommand } from './commands/ingest.ts';
import { addLateCommand } from './commands/late.ts';
import { addModelsCommand } from './commands/models.ts';
import { addQueryCommand } from './commands/query.ts';
import { addRebuildCommand } from './commands/rebuild.ts';
import { addRebuildObjectCommand } from './commands/rebuild-object.ts';
import { addRedriveCommand } from './commands/redrive.ts';
import { addReinstateCommand } from './commands/reinstate.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRunCommand } from './commands/run.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addSendCommand } from './commands/send.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addSourceCommand } from './commands/source.ts';
import { addStatusCommand } from './commands/status.ts';
import { addTablesCommand } from './commands/tables.ts';
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

/** The command line: every command in the order in which data flows. Errors are thrown, never printed here. */
export function buildProgram(run: RunAction): Command {
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
  for (const add of [
    addDemoCommand,
    addSimulateCommand,
    addSendCommand,
    addSourceCommand,
    addIngestCommand,
    addDatasetsCommand,
    addRunCommand,
    addBuildCommand,
    addBackfillCommand,
    addRebuildCommand,
    addCompactCommand,
    addQueryCommand,
    addTablesCommand,
    addExportCommand,
    addModelsCommand,
    addStatusCommand,
    addRunsCommand,
    addChecksCommand,
    addLateCommand,
    addDoctorCommand,
    addRedriveCommand,
    addReplayCommand,
    addReinstateCommand,
    addRebuildObjectCommand,
  ]) {
    add(program, run);
  }
  return program;
}
