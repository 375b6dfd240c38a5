import { assertSimulable, type SimulationConfig } from '../../../simulator/config.ts';
import type { SimulatedRecord } from '../../../simulator/shop-event.ts';
import { simulate } from '../../../simulator/simulate.ts';
import { createTruth } from '../../../simulator/truth/create-truth.ts';
import { claimLakeForUser, openOrCreateLake } from '../../lake.ts';
import { openLakeStream } from '../../lake-stream.ts';
import { produce } from '../../producer.ts';
import type { CommandContext } from '../context.ts';
import { EXIT_CODES, type ExitCode, InterruptedError, usageError } from '../errors.ts';
import type { Output } from '../output.ts';
import { printAnswer } from '../print.ts';
import { formatCount } from '../progress.ts';
import { writeWholeFile } from '../write-file.ts';
import { type Pace, pacedGroups } from './paced.ts';

export const SINKS = ['local', 'file', 'stdout'] as const;
export type Sink = (typeof SINKS)[number];

export interface SimulateRequest {
  readonly sink: Sink;
  readonly out: string | null;
  readonly config: SimulationConfig;
  readonly pace: Pace;
  readonly truthFile: string | null;
}

/** Simulates a shop into a sink, and writes the truth beside it when asked. */
export async function simulateTo(context: CommandContext, request: SimulateRequest): Promise<ExitCode> {
  requireSimulable(request.config);
  const truth = request.truthFile === null ? null : createTruth();
  const records = simulate(request.config).map((record) => {
    truth?.observe(record);
    return record;
  });
  const count = await toSink(context, request, records);
  if (context.interrupt.signal.aborted) {
    throw new InterruptedError(`Stopped as asked after ${formatCount(count)} records; no truth was written.`);
  }
  if (truth !== null && request.truthFile !== null) {
    const { totals, tables } = truth.finish();
    await writeWholeFile(context, request.truthFile, (output) => output.write(toJson({ totals, tables })));
  }
  if (request.sink === 'stdout') return EXIT_CODES.success;
  const next = request.sink === 'local' ? '`run`' : `\`send ${request.out ?? ''}\``;
  await printAnswer(
    context,
    { records: count, sink: request.sink, out: request.out, truth: request.truthFile },
    () => `Simulated ${formatCount(count)} records. Next: ${next}.`,
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

async function toSink(
  context: CommandContext,
  request: SimulateRequest,
  records: Iterable<SimulatedRecord>,
): Promise<number> {
  const groups = pacedGroups({
    records,
    pace: request.pace,
    clock: context.clock,
    signal: context.interrupt.signal,
  });
  if (request.sink === 'local') return toStream(context, groups);
  if (request.out === null) return toOutput(context, groups, context.output);
  return writeWholeFile(context, request.out, (output) => toOutput(context, groups, output));
}

async function toStream(
  context: CommandContext,
  groups: AsyncIterable<readonly SimulatedRecord[]>,
): Promise<number> {
  const nowMs = context.clock.nowMs();
  const { lake, isNew } = openOrCreateLake(context.lakeFolder, { madeBy: 'user', nowMs });
  if (isNew) context.reporter.info(`Made a new lake in ${lake.folder}.`);
  claimLakeForUser(lake, nowMs);
  const stream = openLakeStream(lake, context.clock);
  const step = context.reporter.step('Simulating', { unit: 'records' });
  let count = 0;
  try {
    for await (const group of groups) {
      const { accepted } = await produce({ stream, records: group });
      count += accepted;
      step.update(count);
    }
    step.end();
    return count;
  } finally {
    stream.close();
  }
}

async function toOutput(
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

/** Whole numbers beyond a double's reach are written as texts. */
function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}\n`;
}
