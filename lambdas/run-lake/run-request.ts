import * as z from 'zod';
import type { RunTask } from './run-dependencies.ts';

/** The invocation asks for something that there is not. */
export class RunRequestError extends Error {
  override readonly name = 'RunRequestError';
}

/** What a run is asked to do, and as of when. */
export interface RunRequest {
  /** The same for every invocation of one execution. */
  readonly runId: string;
  readonly task: RunTask;
  /** What ages are counted to. */
  readonly asOfMs: number;
}

const TIME = z.iso.datetime({ offset: true });
const TABLE = z.string().regex(/^[A-Za-z0-9_]{1,63}$/);
const TASK = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run') }),
  z.strictObject({ kind: z.literal('rebuild') }),
  z.strictObject({ kind: z.literal('compact') }),
  z.strictObject({
    kind: z.literal('backfill'),
    from: z.iso.date(),
    to: z.iso.date(),
    models: z.array(TABLE).min(1).max(100).nullable().default(null),
  }),
]);
/** `work` is what the state machine keeps of the call before. */
const INPUT = z.strictObject({ slot: TIME.optional(), task: TASK.optional(), work: z.unknown().optional() });
const BY_MACHINE = z.strictObject({
  input: INPUT,
  execution: z.strictObject({ name: z.string().min(1).max(80), startedAt: TIME }),
});

/**
 * Reads what the state machine hands over: its own input, which is `{"slot": ...}` by the schedule or `{"task": ...}` by
 * a person, and the execution that it belongs to. Without the machine a slot names the run, and a task may stand beside
 * it. Anything else is refused, a misspelt task above all: it would read like a plain run. Throws RunRequestError.
 */
export function readRunRequest(event: unknown): RunRequest {
  const isByMachine = typeof event === 'object' && event !== null && 'execution' in event;
  const parsed = isByMachine ? BY_MACHINE.safeParse(event) : INPUT.safeParse(event);
  if (!parsed.success) throw refusal(parsed.error);
  if ('execution' in parsed.data) {
    const { input, execution } = parsed.data;
    if (input.task === undefined && input.slot === undefined) throw new RunRequestError(EXPECTED);
    const at = input.slot ?? execution.startedAt;
    return requestOf(input.task, at, input.slot === undefined ? execution.name : isoOf(at));
  }
  const { slot, task } = parsed.data;
  if (slot === undefined) throw new RunRequestError(EXPECTED);
  return requestOf(task, slot, isoOf(slot));
}

function requestOf(task: RunTask = { kind: 'run' }, at: string, name: string): RunRequest {
  return { runId: `${task.kind}-${name}`, task, asOfMs: Date.parse(at) };
}

function isoOf(time: string): string {
  return new Date(time).toISOString();
}

const EXPECTED =
  'Expected an object with a slot (2026-01-31T10:00:00Z) or a task, whose kind is run, rebuild, compact or backfill, the last with from and to (2026-01-31) and perhaps models (fct_orders)';

/** Names places, never values: they are somebody else's text. */
function refusal({ issues }: z.ZodError): RunRequestError {
  const places = [...new Set(issues.map(({ path }) => path.join('.')))].filter((place) => place !== '');
  return new RunRequestError(places.length === 0 ? EXPECTED : `${EXPECTED}; wrong in ${places.join(', ')}`);
}
