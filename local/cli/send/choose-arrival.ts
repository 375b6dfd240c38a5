import { ALLOWED_LATENESS_MS } from '../../lake.ts';
import type { CommandContext } from '../context.ts';
import { formatCount } from '../progress.ts';
import type { FixedArrival } from './arrival.ts';
import type { Input } from './inputs.ts';
import { newTally, type OnRead, requireLines, scanInputs } from './outgoing.ts';
import { readProgress } from './read-progress.ts';

/**
 * `event-time` when the newest event is older than the lake allows, so that history does not end as too late. Reads all
 * inputs once; throws CommandError when there is no line in any of them.
 */
export async function chooseArrival(
  context: CommandContext,
  inputs: readonly Input[],
  nowMs: number,
): Promise<FixedArrival> {
  const tally = newTally();
  const step = context.reporter.step('Looking for the newest event', { unit: 'lines' });
  const showRead = readProgress(step, inputs);
  const onRead: OnRead = (input, readBytes, counts) => {
    context.interrupt.check();
    showRead(input, readBytes, counts);
  };
  const limits = { oldMs: nowMs - ALLOWED_LATENESS_MS, nowMs };
  const scan = await scanInputs({ inputs, tally, onRead }, limits);
  requireLines(inputs, tally, context.interrupt.signal);
  step.end();
  if (scan.newestEventTimeMs === null) return 'now';
  const newest = new Date(scan.newestEventTimeMs).toISOString();
  if (scan.newestEventTimeMs < limits.oldMs) {
    context.reporter.info(
      `The newest event is of ${newest}, older than the 3 days that the lake allows: records arrive at their event_time (--arrival now would make them all too late).`,
    );
    return 'event-time';
  }
  if (scan.olderThanLimit > 0) {
    context.reporter.warn(
      `${formatCount(scan.olderThanLimit)} of ${formatCount(tally.lines)} lines are older than the 3 days that the lake allows and will count as too late; --arrival event-time takes them as history.`,
    );
  }
  return 'now';
}
