import type { Command } from 'commander';
import { configWith } from '../../../simulator/config.ts';
import type { Lake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { DEFAULT_LAKE_FOLDER } from '../../settings.ts';
import type { CommandContext, RunAction } from '../context.ts';
import { type DemoAnswer, demoText } from '../demo/demo-answer.ts';
import { emptyDemoLake, playShop } from '../demo/play-shop.ts';
import { readShopReport, type ShopReport } from '../demo/shop-report.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { eventTotals } from '../lake-status.ts';
import { waitOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { openForReading } from '../read-database.ts';
import { requirePassed } from '../run/finished-run.ts';
import { runDue } from '../run/run-due.ts';
import { balanceAnswer, rowsChanged } from '../run/run-report.ts';
import { addShopOptions, type ShopOptions } from '../simulate/shop-options.ts';

interface DemoOptions extends ShopOptions {
  readonly wait: number;
}

const HELP = `
Simulates a shop with every fault switched on, sends its records through the real stream, lands them, takes a snapshot
of the FakeStore stand-in, builds and checks all tables, prints what they say, and builds once more to show that
nothing changes. It clears a lake only when the demo itself made it and nobody has put other data into it.

Examples:
  millpond demo
  millpond demo --lake demo-lake --visitors 5000 --days 90 --seed 7`;

export function addDemoCommand(program: Command, run: RunAction): void {
  const command = program
    .command('demo')
    .summary('fill a lake with a synthetic shop and show its numbers')
    .description('Fill a lake with 30 days of a synthetic shop and print what its tables say.');
  addShopOptions(command, { visitors: 1_000_000 })
    .addOption(waitOption())
    .addHelpText('after', HELP)
    .action((options: DemoOptions) => run((context) => demo(context, options)));
}

async function demo(context: CommandContext, options: DemoOptions): Promise<ExitCode> {
  const startMs = context.clock.nowMs();
  const { seed, visitors, days, start, wait: waitS } = options;
  const lake = await emptyDemoLake(context, waitS);
  const played = await playShop(context, lake, configWith({ seed, visitors, days, start }));
  const first = await runDue(context, lake, { ...RUN, waitS, isTakingIn: true });
  requirePassed(first.run);
  const second = await runDue(context, lake, { ...RUN, waitS, isTakingIn: false });
  requirePassed(second.run);
  const { events, currency } = await ledgerFacts(context, lake);
  const { reconciliation } = first.run;
  if (reconciliation === null) throw new CommandError('unexpected', 'The run reconciled nothing.');
  const answer: DemoAnswer = {
    lake: lake.folder,
    ...{ seed, visitors, days, start, played, events, reconciliation, currency },
    report: await shopReport(context, lake, waitS),
    tables: second.run.models.length,
    rows_changed_first: rowsChanged(first.run),
    rows_changed_again: rowsChanged(second.run),
    seconds: (context.clock.nowMs() - startMs) / 1000,
  };
  const isStyled = context.terminalWidth !== null && context.settings.hasColor;
  const title = (text: string) => (isStyled ? `\u001b[1m${text}\u001b[0m` : text);
  const lakeOption = context.lakeFolder === DEFAULT_LAKE_FOLDER ? '' : ` --lake ${context.lakeFolder}`;
  const forPrograms = { ...answer, reconciliation: balanceAnswer(reconciliation) };
  await printAnswer(context, forPrograms, () => demoText(answer, { title, lakeOption }));
  return EXIT_CODES.success;
}

const RUN = { command: 'demo', isForced: true, reportingCurrency: null };

async function shopReport(context: CommandContext, lake: Lake, waitS: number): Promise<ShopReport> {
  const engine = await openForReading(context, lake, waitS);
  try {
    return await readShopReport(engine);
  } finally {
    engine.close();
  }
}

async function ledgerFacts(context: CommandContext, lake: Lake) {
  const stores = await openLakeStores(lake, context.clock);
  try {
    const currency = await stores.ledger.readState('reporting_currency');
    return { events: eventTotals(await stores.ledger.rows()), currency };
  } finally {
    stores.close();
  }
}
