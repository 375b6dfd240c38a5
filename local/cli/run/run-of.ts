import type { RunRecord } from '../../../lambdas/run-lake/run-record.ts';
import { CommandError } from '../errors.ts';

/** The one run of that id, or whose id begins so. Throws CommandError when there is none or more than one. */
export function runOf(runs: readonly RunRecord[], id: string): RunRecord {
  const found = runs.filter(({ runId }) => runId.startsWith(id));
  const [only] = found;
  const exact = found.find(({ runId }) => runId === id);
  if (exact !== undefined) return exact;
  if (only === undefined) {
    throw new CommandError('no_such_run', `No run that is kept has the id "${id}": \`runs\` lists them.`);
  }
  if (found.length > 1) {
    throw new CommandError(
      'ambiguous_run',
      `${found.length} runs have an id that begins with "${id}": give more of it; \`runs\` lists them.`,
    );
  }
  return only;
}
