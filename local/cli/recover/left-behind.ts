import { CommandError } from '../errors.ts';
import { counted } from '../progress.ts';

/** Something that a recovery could not do, and why. */
export interface LeftBehind {
  readonly key: string;
  readonly problem: string;
}

/** Throws CommandError when anything was left: the answer is out, but somebody has to look. */
export function requireNothingLeft(left: readonly LeftBehind[], noun: string): void {
  const [first] = left;
  if (first === undefined) return;
  const others = left.length === 1 ? '' : ` (and ${counted(left.length - 1, 'other')})`;
  throw new CommandError(
    'left_behind',
    `${counted(left.length, noun)} could not be read or brought back: ${named(first)}${others}.`,
  );
}

/** `  stays: <key> <problem>`, a line each. */
export function leftLines(left: readonly LeftBehind[]): readonly string[] {
  return left.map((one) => `  stays: ${named(one)}`);
}

/** Some problems name their object themselves. */
function named({ key, problem }: LeftBehind): string {
  return problem.startsWith(key) ? problem : `${key} ${problem}`;
}
