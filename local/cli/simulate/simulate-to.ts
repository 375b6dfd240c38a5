import { assertSimulable, type SimulationConfig } from '../../../simulator/config.ts';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';
import { simulate } from '../../../simulator/simulate.ts';
import { createTruth } from '../../../simulator/truth/create-truth.ts';
import type { CommandContext } from '../context.ts';
import { EXIT_CODES, type ExitCode, InterruptedError, usageError } from '../errors.ts';
import type { Output } from '../output.ts';
import { printAnswer } from '../print.ts';
import { formatCount } from '../progress.ts';
import { writeWholeFile } from '../write-file.ts';
import { type Pace, pacedGroups } from './paced.ts';
import { putOnStream, reportPut } from './put-on-stream.ts';
import type { Target } from './target.ts';

export interface SimulateRequest {
  readonly target: Target;
  readonly config: SimulationConfig;
  readonly pace: Pace;
  readonly truthFile: string | null;
}

/** Simulates a shop into a stream, a file or stdout, and writes the truth beside it when asked. */
export async function simulateTo(context: CommandContext, request: SimulateRequest): Promise<ExitCode> {
  requireSimulable(request.config);
  const { target, truthFile } = request;
  const truth = truthFile === null ? null : createTruth();
  const records = simulate(request.config).map((record) => {
    truth?.observe(record);
    return record;
  });
  const groups = pacedGroups({
    records,
    pace: request.pace,
    clock: context.clock,
    signal: context.interrupt.signal,
  });
  if (target.kind === 'stream') {
    const counts = await putOnStream(context, target, groups);
    requireWhole(context, counts.accepted);
    await writeTruth(context, truthFile, truth);
    return reportPut(context, { target, counts, truthFile });
  }
  const count = await writeLines(context, target.out, groups);
  requireWhole(context, count);
  await writeTruth(context, truthFile, truth);
  if (target.out === null) return EXIT_CODES.success;
  const answer = { records: count, sink: 'file', out: target.out, truth: truthFile };
  await printAnswer(
    context,
    answer,
    () => `Simulated ${formatCount(count)} records. Next: \`send ${target.out}\`.`,
  );
  return EXIT_CODES.success;
}

function requireSimulable(config: SimulationConfig): void {
  try {
    assertSimulable(config);
  } catch (error) {
    if (error instanceof RangeError) throw usageError(error.message);
    throw error;
  }
}

function requireWhole(context: CommandContext, count: number): void {
  if (!context.interrupt.signal.aborted) return;
  throw new InterruptedError(`Stopped as asked after ${formatCount(count)} records; no truth was written.`);
}

async function writeLines(
  context: CommandContext,
  out: string | null,
  groups: AsyncIterable<readonly SimulatedRecord[]>,
): Promise<number> {
  if (out === null) return writeTo(context, groups, context.output);
  return writeWholeFile(context, out, (output) => writeTo(context, groups, output));
}

async function writeTo(
  context: CommandContext,
  groups: AsyncIterable<readonly SimulatedRecord[]>,
  output: Output,
): Promise<number> {
  const step = context.reporter.step('Simulating', { unit: 'records' });
  let count = 0;
  for await (const group of groups) {
    for (const { data } of group) {
      await output.write(data);
      await output.write('\n');
    }
    await output.flush();
    count += group.length;
    step.update(count);
  }
  step.end();
  return count;
}

async function writeTruth(
  context: CommandContext,
  file: string | null,
  truth: ReturnType<typeof createTruth> | null,
): Promise<void> {
  if (truth === null || file === null) return;
  const { totals, tables } = truth.finish();
  await writeWholeFile(context, file, (output) => output.write(toJson({ totals, tables })));
}

/** Whole numbers beyond a double's reach are written as texts. */
function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}\n`;
}
