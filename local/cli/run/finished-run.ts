import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, EXIT_CODES, type ExitCode } from '../errors.ts';
import { printAnswer } from '../print.ts';
import { counted } from '../progress.ts';
import type { RunOutcome } from './run-due.ts';
import { runAnswer, runText } from './run-report.ts';

const SHOWN_EXAMPLES = 3;

/** Prints what the run did. Throws CommandError with exit code 3 when a check failed, naming the first bad rows. */
export async function finishedRun(context: CommandContext, outcome: RunOutcome): Promise<ExitCode> {
  await printAnswer(context, runAnswer(outcome), () => runText(outcome));
  requirePassed(outcome.run);
  return EXIT_CODES.success;
}

/** Throws CommandError with exit code 3 when a check of severity error found bad rows. */
export function requirePassed(run: RunRecord): void {
  if (run.status !== 'failed') return;
  const failed = run.checks.filter((check) => check.severity === 'error' && check.badRows > 0);
  const named = failed.map((check) => {
    const examples = check.examples.slice(0, SHOWN_EXAMPLES).map((example) => JSON.stringify(example));
    return `${check.check} found ${counted(check.badRows, 'bad row')}, such as ${examples.join(' ')}`;
  });
  throw new CommandError(
    'checks_failed',
    `The data failed ${failed.length === 1 ? 'a check' : `${failed.length} checks`}: ${named.join('; ')}. Nothing is published: readers see the last good build. Mend what is wrong and run again: nothing counts as staged until the checks pass.`,
    { exitCode: EXIT_CODES.checksFailed },
  );
}
