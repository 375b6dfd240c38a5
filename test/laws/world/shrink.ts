/** Trials of one shrinking; each is a history. */
const MOST_TRIALS = 1_500;

/**
 * Makes a list of answers smaller while `fails` still says that it fails: shorter first, then plainer. Greedy, and the
 * same for the same list.
 */
export async function shrink(
  answers: readonly number[],
  fails: (answers: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  let best = answers;
  let trials = 0;
  const attempt = async (candidate: readonly number[]): Promise<boolean> => {
    trials += 1;
    if (trials > MOST_TRIALS || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let before = ''; before !== best.join() && trials <= MOST_TRIALS; ) {
    before = best.join();
    for (let size = best.length; size >= 1; size = Math.floor(size / 2)) await withoutChunks(size);
    for (let size = 8; size >= 1; size = Math.floor(size / 2)) await withZeros(size);
    await withSmaller();
  }
  return best;

  async function withoutChunks(size: number): Promise<void> {
    for (let from = best.length - size; from >= 0; from -= size)
      await attempt([...best.slice(0, from), ...best.slice(from + size)]);
  }

  async function withZeros(size: number): Promise<void> {
    for (let from = 0; from < best.length; from += size) {
      const chunk = best.slice(from, from + size);
      if (chunk.some((answer) => answer > 0))
        await attempt([...best.slice(0, from), ...chunk.map(() => 0), ...best.slice(from + size)]);
    }
  }

  async function withSmaller(): Promise<void> {
    for (let at = 0; at < best.length; at += 1) {
      const answer = best[at] ?? 0;
      for (const smaller of new Set([Math.floor(answer / 2), answer - 1]))
        if (smaller >= 0 && smaller < answer && (await attempt(best.with(at, smaller)))) break;
    }
  }
}
