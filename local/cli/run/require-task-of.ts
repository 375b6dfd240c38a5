import { requireTask, TaskError } from '../../../lambdas/run-lake/check-task.ts';
import { readLakeState } from '../../../lambdas/run-lake/lake-state.ts';
import type { RunTask } from '../../../lambdas/run-lake/run-dependencies.ts';
import type { Lake } from '../../lake.ts';
import { openLakeStores } from '../../lake-stores.ts';
import { readModels } from '../../model-files.ts';
import type { CommandContext } from '../context.ts';
import { CommandError, EXIT_CODES } from '../errors.ts';

/** Throws CommandError when the lake cannot do the task: a usage error unless it is the lake that stands in the way. */
export async function requireTaskOf(context: CommandContext, lake: Lake, task: RunTask): Promise<void> {
  const stores = await openLakeStores(lake, context.clock);
  try {
    const { modelsFingerprint } = await readLakeState(stores.ledger);
    requireTask(task, {
      models: readModels(),
      rows: await stores.ledger.rows(),
      hasBuilt: modelsFingerprint !== null,
      nowMs: context.clock.nowMs(),
    });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    const isOfLake = error.problem === 'empty_lake' || error.problem === 'no_tables';
    throw new CommandError(error.problem, error.message, {
      exitCode: isOfLake ? EXIT_CODES.failure : EXIT_CODES.usage,
    });
  } finally {
    stores.close();
  }
}
