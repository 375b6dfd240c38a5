/**
 * CPU seconds of this process, all threads, while the work is done: what one core needs for it, whatever else the
 * machine does meanwhile and however many cores it has.
 */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Does two works by turns, after one warm-up each, so that a noisy machine is noisy for both. */
export async function compareCpu(
  runs: number,
  works: { readonly work: () => unknown; readonly yardstick: () => unknown },
): Promise<{ readonly work: readonly number[]; readonly yardstick: readonly number[] }> {
  await works.yardstick();
  await works.work();
  const seconds = { work: [] as number[], yardstick: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    seconds.yardstick.push(await cpuSeconds(works.yardstick));
    seconds.work.push(await cpuSeconds(works.work));
  }
  return seconds;
}
