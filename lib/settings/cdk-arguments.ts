import { parseStage, type Stage } from './stage.ts';

/** They change nothing, so they may guess; what deploys or destroys must be told its stage. */
const HARMLESS: ReadonlySet<string> = new Set(['synth', 'list', 'diff']);
const HARMLESS_STAGE: Stage = 'dev';

/**
 * Turns `deploy --all --stage dev` into `deploy --all --context stage=dev`. Throws UnknownStageError for another
 * stage, and for none where it matters.
 */
export function cdkArguments(given: readonly string[]): readonly string[] {
  const rest: string[] = [];
  let stage: string | undefined;
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? '';
    if (argument === '--stage') {
      stage = given[index + 1] ?? '';
      index += 1;
    } else if (argument.startsWith('--stage=')) {
      stage = argument.slice('--stage='.length);
    } else {
      rest.push(argument);
    }
  }
  const fallback = HARMLESS.has(rest[0] ?? '') ? HARMLESS_STAGE : undefined;
  return [...rest, '--context', `stage=${parseStage(stage ?? fallback)}`];
}
