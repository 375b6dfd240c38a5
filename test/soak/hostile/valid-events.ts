import type { EventType } from '../../../lambdas/domain/events/event-types.ts';
import { type Member, objectText, prettyText, validMembers } from './event-text.ts';
import { bytesOf, type Draw, type HostileRecord } from './hostile-record.ts';

/** A record of one good event, which later records may copy. */
export function validEvent(draw: Draw, type?: EventType): HostileRecord {
  return accepted(draw, validMembers(draw, type));
}

/** Good members as a record, in any white space that JSON allows around and between tokens. */
export function accepted(draw: Draw, members: readonly Member[]): HostileRecord {
  const { random, owner, recent } = draw;
  const id: unknown = JSON.parse(members.find(([key]) => key === '"event_id"')?.[1] ?? 'null');
  if (typeof id === 'string') recent.remember({ id, owner, members });
  const isPretty = random.chance(0.05);
  const text = isPretty ? prettyText(members, random.pick(['\n', '\r\n'])) : objectText(members, random);
  const [before, after] = random.pick([
    ['', ''],
    ['', ''],
    ['', '\n'],
    ['', '\r\n'],
    [' \t', ' '],
  ] as const);
  return {
    data: bytesOf(`${before}${text}${after}`),
    expected: [{ fate: 'accepted', body: bytesOf(text) }],
  };
}
