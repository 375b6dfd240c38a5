import type { StreamRecord } from '../../../lambdas/ports/stream.ts';
import type { InvocationOutcome } from '../../../local/event-source-mapping/invocation-outcome.ts';
import {
  type MappingSettings,
  mappingSettings,
} from '../../../local/event-source-mapping/mapping-settings.ts';
import { type MappingAction, ShardMapping } from '../../../local/event-source-mapping/shard-mapping.ts';

export const SHARD_ID = 'shardId-000000000000';
export const OK: InvocationOutcome = { kind: 'returned', response: null };
export const THROWN: InvocationOutcome = { kind: 'failed', error: new Error('down') };
export const THROTTLED: InvocationOutcome = { kind: 'not_invoked', error: new Error('throttled') };

/** Its sequence number is its number; key and arrival as given. */
export function record(number: number, given: Partial<StreamRecord> = {}): StreamRecord {
  return {
    shardId: SHARD_ID,
    sequenceNumber: String(number),
    partitionKey: 'k',
    arrivalTimeMs: 0,
    data: new Uint8Array(1),
    ...given,
  };
}

export function records(from: number, to: number, given: Partial<StreamRecord> = {}): StreamRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => record(from + index, given));
}

export function mappingOf(settings: Partial<MappingSettings>, position: string | null = null): ShardMapping {
  return new ShardMapping({
    shardId: SHARD_ID,
    settings: mappingSettings(settings),
    position,
    pause: (failures) => 100 * 2 ** (failures - 1),
  });
}

/** The numbers of an action's records, `1-3`, with `!` before those of a discard. */
export function shown(action: MappingAction | undefined): string {
  const { records: all } = action?.batch ?? { records: [] };
  const range = `${all[0]?.sequenceNumber ?? ''}-${all.at(-1)?.sequenceNumber ?? ''}`;
  return action?.kind === 'discard' ? `!${range}` : range;
}

export function failedAt(...identifiers: (string | null)[]): InvocationOutcome {
  return {
    kind: 'returned',
    response: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
  };
}

/** Answers what is due, in order, each by `answer`, until nothing is left; gives what was done and when. */
export function playOut(
  mapping: ShardMapping,
  answer: (action: MappingAction, call: number) => InvocationOutcome,
  startMs = 0,
): string[] {
  const done: string[] = [];
  let nowMs = startMs;
  for (let call = 1; !mapping.isIdle; ) {
    const actions = mapping.actions(nowMs);
    for (const action of actions) {
      done.push(`${nowMs}: ${shown(action)}`);
      if (action.kind === 'discard') mapping.settleDiscard(action.id, true, nowMs);
      else mapping.settleInvocation(action.id, answer(action, call), nowMs);
      call += 1;
    }
    const dueMs = mapping.dueMs();
    if (actions.length === 0 && dueMs === null) throw new Error('the mapping waits for nothing');
    nowMs = Math.max(nowMs, dueMs ?? nowMs);
    if (done.length > 1_000) throw new Error('the mapping does not end');
  }
  return done;
}
