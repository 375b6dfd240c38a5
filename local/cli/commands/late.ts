import { type Command, Option } from 'commander';
import type { SqlEngine } from '../../../lambdas/ports/sql-engine.ts';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { causesOf } from '../late/causes.ts';
import { hasHistory, LATE_TABLES, type LateTable, readChangedDates } from '../late/changed-dates.ts';
import { readDateHistory } from '../late/date-history.ts';
import { changedDatesText, dateHistoryText, type ExplainedHistory } from '../late/late-text.ts';
import { utcDay } from '../options.ts';
import { printAnswer } from '../print.ts';
import { openPublished } from '../read-build.ts';

interface LateOptions {
  readonly date?: string;
  readonly table?: LateTable;
}

const HELP = `
Each run keeps the headline numbers of the days that are over: of each sale date what daily_sales adds up to, of each
entry date and funnel how many units entered and came to each step. Without --date it lists the dates of which a number
became another since it was final, or else since the first build after the day was over. With --date it shows each
change of that date, and why: the batches of the run that touch the date, with their lateness, source and origin; events
that a backfill let in; or another of the few things that may change a final row: identity, a snapshot of the store,
exchange rates, a file, other models.

It reads the last published build, as \`export\` does. The history is the table headline_history, which no rebuild
touches; it begins with the first run that keeps it, whose numbers count as published then.

Examples:
  millpond late
  millpond late --table daily_sales
  millpond late --date 2026-03-01
  millpond late --date 2026-03-01 --table funnel_daily --json`;

const NO_HISTORY =
  'The published build has no history of its numbers yet: the next `run` that is due begins it.';

export function addLateCommand(program: Command, run: RunAction): void {
  program
    .command('late')
    .summary('which reported numbers changed afterwards, and why')
    .description('Show which numbers of days that were over have changed since, by how much and why.')
    .option('--date <date>', 'each change of this sale or entry date, UTC', utcDay)
    .addOption(new Option('--table <table>', 'this table alone').choices(LATE_TABLES))
    .addHelpText('after', HELP)
    .action((options: LateOptions) => run((context) => late(context, options)));
}

async function late(context: CommandContext, options: LateOptions): Promise<ExitCode> {
  const { engine, close } = await openPublished(context, openLake(context.lakeFolder));
  try {
    const table = options.table ?? null;
    const isKept = await hasHistory(engine);
    if (options.date === undefined) {
      const dates = isKept ? await readChangedDates(engine, table) : [];
      await printAnswer(context, { dates }, () =>
        isKept ? changedDatesText(dates, context.terminalWidth) : NO_HISTORY,
      );
    } else {
      const { date } = options;
      const histories = isKept ? await explained(engine, date, table) : [];
      await printAnswer(context, { date, histories }, () =>
        isKept ? dateHistoryText(date, histories) : NO_HISTORY,
      );
    }
    return EXIT_CODES.success;
  } finally {
    close();
  }
}

async function explained(
  engine: SqlEngine,
  date: string,
  table: LateTable | null,
): Promise<readonly ExplainedHistory[]> {
  const histories: ExplainedHistory[] = [];
  for (const history of await readDateHistory(engine, date, table)) {
    const changes: ExplainedHistory['changes'][number][] = [];
    for (const change of history.changes) {
      const at = { date, table: history.table, item: history.item, ...change };
      changes.push({ ...change, causes: await causesOf(engine, at) });
    }
    histories.push({ ...history, changes });
  }
  return histories;
}
