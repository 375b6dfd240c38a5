import type { Command } from 'commander';
import { openLake } from '../../lake.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { addEngineOptions, type EngineOptions } from '../engine/engine-options.ts';
import { writingPlace } from '../engine/open-trino.ts';
import { EXIT_CODES, type ExitCode } from '../errors.ts';
import { names, utcDay, waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { dryRunOption } from '../recover/since-option.ts';
import { backfillPlan, backfillPlanText } from '../run/backfill-plan.ts';
import { requirePassed } from '../run/finished-run.ts';
import { type LateEvents, lateEventsText, readLateEvents } from '../run/late-events.ts';
import { requireTaskOf } from '../run/require-task-of.ts';
import { runDue } from '../run/run-due.ts';
import { runAnswer, runText } from '../run/run-report.ts';

interface BackfillOptions extends EngineOptions {
  readonly from: string;
  readonly to: string;
  readonly models?: readonly string[];
  readonly wait: number;
  readonly dryRun?: true;
}

const HELP = `
An event that arrives later than the lake allows is kept in stg_late_events and counts nowhere. A backfill admits those
of a range of event dates, as far as they have arrived, and brings every table that they touch up to date: the tables
are then what a rebuild of the whole lake would give, and every later run honours the admission. What came too late for
another range, or comes after the backfill, needs a backfill of its own.

It takes nothing in: what waits in the stream, and batches that no run has staged, go on waiting, and the watermark
stays where it is. Rows that were final may change. Given again, it changes nothing.

--models names the tables whose rows of the range are computed again even where no late event touches them.

With --dry-run it tells which late events it would admit and what it would read, and changes nothing.

Examples:
  millpond backfill --from 2026-03-01 --to 2026-03-07 --dry-run
  millpond backfill --from 2026-03-01 --to 2026-03-07
  millpond backfill --from 2026-03-01 --to 2026-03-31 --models fct_orders,daily_sales`;

export function addBackfillCommand(program: Command, run: RunAction): void {
  addEngineOptions(
    program
      .command('backfill')
      .summary('let in events that came too late')
      .description(
        'Let in the events of a range of dates that came too late, and bring the tables up to date.',
      )
      .requiredOption('--from <date>', 'first event date, UTC', utcDay)
      .requiredOption('--to <date>', 'last event date, UTC, inclusive', utcDay)
      .option('--models <names>', 'tables to compute again, with commas between (default: all)', names)
      .addOption(waitOption())
      .addOption(dryRunOption()),
  )
    .addHelpText('after', HELP)
    .action((options: BackfillOptions) => run((context) => backfill(context, options)));
}

async function backfill(context: CommandContext, options: BackfillOptions): Promise<ExitCode> {
  const lake = openLake(context.lakeFolder);
  const place = writingPlace(options, context.settings);
  const { from, to } = options;
  const task = { kind: 'backfill', from, to, models: options.models ?? null } as const;
  await requireTaskOf(context, lake, task);
  if (options.dryRun) {
    const plan = await backfillPlan(context, lake, task, { place, waitS: options.wait });
    await printAnswer(context, { plan }, () => backfillPlanText(plan));
    return EXIT_CODES.success;
  }
  let late: LateEvents | null = null;
  const outcome = await runDue(context, lake, {
    command: 'backfill',
    waitS: options.wait,
    isTakingIn: false,
    isForced: false,
    reportingCurrency: null,
    task,
    place,
    onTables: async (engine) => {
      late = await readLateEvents(engine, task);
      context.reporter.info(`Admitting ${lateEventsText(late)}`);
    },
  });
  const admitted = outcome.run.status === 'succeeded' ? late : null;
  await printAnswer(context, { ...runAnswer(outcome), admitted }, () =>
    [...(admitted === null ? [] : [`Admitted ${lateEventsText(admitted)}`]), runText(outcome)].join('\n'),
  );
  requirePassed(outcome.run);
  return EXIT_CODES.success;
}
